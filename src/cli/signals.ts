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

export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** @returns what a signal does, for keys that mean the same */
export function listenForSignals(source: SignalSource, clock: Clock, handlers: SignalHandlers): () => void {
  let firstAtMs: number | undefined;
  const onSignal = () => {
    const nowMs = clock.monotonicMs();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      handlers.onFirst();
    } else if (nowMs - firstAtMs > samePressMs) handlers.onSecond();
  };
  source.on('SIGINT', onSignal);
  source.on('SIGTERM', onSignal);
  return onSignal;
}
