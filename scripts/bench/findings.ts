import type { IdleMemory } from './memory.ts';
import type { Rounds } from './rounds.ts';
import type { SendLag } from './send-lag.ts';
import type { Kind, Tool } from './tools/tool.ts';

/** All that one run of the bench found out. */
export interface Findings {
  machine: readonly string[];
  versions: ReadonlyMap<Tool, string>;
  missing: readonly Tool[];
  deviations: readonly { tool: Tool; kind: Kind; fault: string }[];
  rounds: number;
  windowMs: number;
  few: Rounds;
  many: Rounds;
  idle: readonly IdleMemory[];
  overTime: readonly { atMs: number; residentKb: number }[];
  sendLag: readonly SendLag[];
}
