import type { LoadControls, LoadSteering } from '../../load/run/controls.ts';
import { isPaused } from '../../offered/offered-load.ts';
import { listenForKeys } from '../terminal/keys.ts';
import type { OnlookerHost } from './onlooker-host.ts';

/**
 * Keys change a running load: `w` and `W`, `s` and `S` as in locust, `p` and the space bar pause it and go on, `q` ends
 * it. Undefined where there is no terminal to press them in.
 */
export function loadKeys({ terminal, common, context, interrupt }: OnlookerHost): LoadSteering | undefined {
  if (!terminal.interactive || !terminal.stderr.isTerminal || common.quiet) return undefined;
  return {
    attach(controls) {
      const { step, unit, stop } = controls;
      const what = unit === 'users' ? 'users' : '%';
      const words = [
        ...(unit === null ? [] : [`w W s S: ${what} +1 +10 -1 -10`, 'p: pause, go on']),
        'q: stop',
      ];
      context.emit({ type: 'load-keys', words });
      const pause = () => pauseOrResume(controls);
      const steering =
        unit === null
          ? {}
          : {
              w: () => step(1),
              W: () => step(10),
              s: () => step(-1),
              S: () => step(-10),
              p: pause,
              ' ': pause,
            };
      // Raw, the terminal leaves Ctrl-C to us.
      const release = listenForKeys(terminal, { ...steering, q: stop, '\u0003': interrupt });
      return () => {
        context.emit({ type: 'load-keys', words: null });
        release();
      };
    },
  };
}

/** A page, or another key, may have paused it. */
function pauseOrResume({ offered, steer }: LoadControls): void {
  steer({ type: isPaused(offered()) ? 'resume' : 'pause' });
}
