import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { CommandContext, CommandEvent } from '../../src/experiment/context/context.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import { eventually } from '../support/eventually.ts';

export interface StateFolder {
  path: string;
  events: CommandEvent[];
  /** A context as the command line would make it. */
  context(over?: Partial<CommandContext>): CommandContext;
  /** Ends whatever still runs in the folder, and removes it. */
  dispose(): Promise<void>;
}

export function makeStateFolder(): StateFolder {
  const path = mkdtempSync(join(tmpdir(), 'mlbench-commands-'));
  const events: CommandEvent[] = [];
  return {
    path,
    events,
    context: (over = {}) => ({
      clock: systemClock,
      signal: new AbortController().signal,
      emit: (event) => events.push(event),
      stateDir: path,
      ledger: openLedger(path),
      experiment: 'mlbench',
      target: 'local',
      region: 'us-east-1',
      interactive: false,
      ...over,
    }),
    async dispose() {
      for (const pid of processesOf(path)) process.kill(pid, 'SIGKILL');
      await goneFrom(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Processes (not this one) that name the folder on their command line, or work in it. Linux only, as are these tests. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && belongsTo(pid, folder));
}

/** Waits until no process is left: those of a killed stand-in end by themselves. */
export async function goneFrom(folder: string): Promise<void> {
  await eventually(
    () => `no process is left of ${processesOf(folder).join(', ')}`,
    () => processesOf(folder).length === 0,
  );
}

function belongsTo(pid: number, folder: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    );
  } catch {
    return false;
  }
}
