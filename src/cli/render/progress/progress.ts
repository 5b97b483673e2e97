import type { Emit } from '../../../core/events.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';

/** Shows what a verb does while it does it; on stderr, for stdout is data. */
export interface Progress {
  emit: Emit<CommandEvent>;
  /** Leaves the terminal as it was. May be called more than once. */
  close(): void;
}
