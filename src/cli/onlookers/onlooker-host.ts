import type { CommandContext } from '../../experiment/context/context.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What of the command line those need who look on while a load goes. */
export interface OnlookerHost {
  context: CommandContext;
  terminal: Terminal;
  common: { quiet?: boolean | undefined; json?: boolean | undefined };
  /** Keys of the options that were typed. */
  typed: ReadonlySet<string>;
  /** Ends the command as the first Ctrl-C does. */
  interrupt(): void;
}
