import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepTemporary } from '../../core/files/temporary-name.ts';

/** Of the folder in which `up --plan` looks at a model while there is no state directory. */
export const planPurpose = 'mlbench-plan';

/** A killed command's run is among the newest; nobody waits while thousands are looked through. */
const newestRuns = 20;

/**
 * Removes what killed commands have left half made in a state directory: halves of files, unpacked models, build
 * contexts, logins. What living ones are making stays, so no lock is needed.
 */
export function sweepDebris(stateDir: string): void {
  const within = (...parts: string[]) => join(stateDir, ...parts);
  const folders = [
    stateDir,
    ...['local', 'api', 'scratch'].map((name) => within(name)),
    ...namesIn(within('experiments')).flatMap((name) => [
      within('experiments', name),
      within('experiments', name, 'api'),
    ]),
    ...namesIn(within('runs'))
      .sort()
      .slice(-newestRuns)
      .map((name) => within('runs', name)),
  ];
  for (const folder of folders) sweepTemporary(folder);
  sweepTemporary(tmpdir(), planPurpose);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
