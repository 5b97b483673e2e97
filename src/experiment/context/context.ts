import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { WireLog } from '../../core/wire/wire-log.ts';
import type { LoadEvent } from '../../load/run/run-events.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import type { ResourceEvent } from '../../resources/engine/events.ts';
import type { LedgerStore } from '../../resources/engine/ledger-store.ts';
import type { TargetName } from '../../resources/engine/target-names.ts';

/** What every verb gets from the command line. Verbs print nothing: they emit events and return outcomes. */
export interface CommandContext {
  clock: Clock;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM: stop, keep partial results, return. */
  signal: AbortSignal;
  emit: Emit<CommandEvent>;
  /** Absolute path of `.mlbench`. */
  stateDir: string;
  /** The ledger in it, as this one command knows it. */
  ledger: LedgerStore;
  experiment: string;
  /** `targets.ts` says what the target is like. */
  target: TargetName;
  region: string;
  /** Standard input and output are a terminal: questions may be asked, a watch may go on until a key. */
  interactive: boolean;
  /** With `--debug`: is told what goes over the wire. */
  wire?: WireLog;
}

export type CommandEvent =
  | ResourceEvent
  | LoadEvent
  | { type: 'timeline'; event: TimelineEvent }
  /**
   * The fleet has come out of sight, or (null) back into it: what was told of its instances holds no longer, or again.
   */
  | { type: 'fleet-sight'; lastSeen: LastSeen | null }
  | { type: 'notice'; level: 'info' | 'warning'; message: string; remedy?: string }
  /** How the run stands, as the record would say if it ended now; once a second, for whoever looks on here. */
  | { type: 'load-standing'; result: RunResult }
  /** The keys that change the run, in words; null: none any more. */
  | { type: 'load-keys'; words: readonly string[] | null }
  /** A part of `run`: `up`, `load`, `watch`, `report`, `down`. */
  | { type: 'part'; name: string; message: string };
