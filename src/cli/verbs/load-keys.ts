import type { LoadSteering } from '../../load/run/controls.ts';
import { listenForKeys } from '../terminal/keys.ts';
import type { VerbHost } from './verb.ts';

/**
 * `w` and `W`, `s` and `S` change a running load, as in locust; undefined where there is no terminal to press them in.
 */
export function loadKeys({ terminal, common, context, interrupt }: VerbHost): LoadSteering | undefined {
  if (!terminal.interactive || !terminal.stderr.isTerminal || common.quiet) return undefined;
  return {
    attach({ step, unit }) {
      if (unit === null) return () => {};
      const what = unit === 'users' ? 'users' : '% of the planned rate';
      context.emit({
        type: 'notice',
        level: 'info',
        message: `keys: w and W add 1 and 10 ${what}, s and S take them away`,
      });
      return listenForKeys(terminal, {
        w: () => step(1),
        W: () => step(10),
        s: () => step(-1),
        S: () => step(-10),
        // Raw, the terminal leaves Ctrl-C to us.
        '\u0003': interrupt,
      });
    },
  };
}
