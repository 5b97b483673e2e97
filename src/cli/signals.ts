import type { Clock } from '../core/clock.ts';

/**
 * One key press may reach us more than once: from the terminal, from npm and from the launcher of an old Node. Within
 * this time it counts once.
 */
const samePressMs = 200;

export interface SignalHandlers {
  /** Stop, keep what there is, end. */
  onFirst(): void;
  /** End now. */
  onSecond(): void;
}

/** Ctrl-C, what `kill` sends, and Ctrl-\, of which nobody here wants a core dump. */
const asks = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

export interface SignalSource {
  on(signal: (typeof asks)[number] | 'SIGHUP', listener: () => void): unknown;
}

/**
 * A closed terminal asks once, however often SIGHUP comes (from the kernel, and from the shell that ends with the
 * terminal): nobody is there who could be impatient.
 * @param ignoresHangup whether SIGHUP is to end nothing, as under `nohup`
 * @returns what a signal does, for keys that mean the same
 */
export function listenForSignals(
  source: SignalSource,
  clock: Clock,
  handlers: SignalHandlers,
  ignoresHangup: boolean,
): () => void {
  let firstAtMs: number | undefined;
  const onSignal = () => {
    const nowMs = clock.monotonicMs();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      handlers.onFirst();
    } else if (nowMs - firstAtMs > samePressMs) handlers.onSecond();
  };
  for (const signal of asks) source.on(signal, onSignal);
  source.on('SIGHUP', () => {
    if (!ignoresHangup && firstAtMs === undefined) onSignal();
  });
  return onSignal;
}
