import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startMarkOf } from '../processes/process-identity.ts';
import { newUuid } from '../random.ts';

/**
 * A name for what is made before it is whole, or for as long as a command runs: a file to be renamed, a folder to unpack
 * into. The name says whose it is, by pid and start time, so that whatever a kill leaves is swept by the next command:
 * `.ledger.json.4711-88123.1b4e28ba-….tmp`. Such a name begins with a dot.
 */
export function temporaryName(purpose: string): string {
  ownMark ??= markOf(process.pid) ?? unknownMark;
  return `.${purpose}.${process.pid}-${ownMark}.${newUuid()}.tmp`;
}

let ownMark: string | undefined;

/**
 * Removes from a folder what dead processes have left under such names. What cannot be removed stays.
 * @param purpose of these alone, for a folder that others use, too
 */
export function sweepTemporary(folder: string, purpose?: string): void {
  if (!existsSync(folder)) return;
  for (const name of namesIn(folder)) {
    if (purpose !== undefined && !name.startsWith(`.${purpose}.`)) continue;
    const owner = /^\..*\.(\d+)-([0-9A-Za-z]+)\.[0-9a-f-]{36}\.tmp$/.exec(name);
    if (!owner || isRunning(Number(owner[1]), owner[2]!)) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // A read-only folder; or the next command's to try.
    }
  }
}

/** Where the system does not tell start times, a process of that pid counts as the owner. */
const unknownMark = 'unknown';

function isRunning(pid: number, mark: string): boolean {
  const now = markOf(pid);
  return now !== undefined && (mark === unknownMark || now === mark);
}

/** `ps` writes a date with spaces and colons. */
function markOf(pid: number): string | undefined {
  return startMarkOf(pid)?.replace(/[^0-9A-Za-z]/g, '');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
