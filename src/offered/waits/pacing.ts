import { formatDurationMs, parseDurationMs } from '../../core/units.ts';
import { pacedBy, type WaitKind } from './wait-kind.ts';

/** The next request is intended `periodMs` after the last one's intended start, or at once if that has passed. */
export interface PacingWait {
  kind: 'pacing';
  periodMs: number;
}

export const pacingWait: WaitKind<PacingWait> = {
  kind: 'pacing',
  argument: '1s',
  schema: (zod) => zod.object({ kind: zod.literal('pacing'), periodMs: zod.number().positive() }),
  parse(argument, name, refuse) {
    const periodMs = parseDurationMs(argument, name);
    if (periodMs <= 0) throw refuse('has no period; to send without a pause write none');
    return { kind: 'pacing', periodMs };
  },
  describe: ({ periodMs }, unit) => `each one ${unit} per ${formatDurationMs(periodMs)}`,
  cycle: ({ periodMs }) => ({ kind: 'pacing', meanMs: periodMs }),
  pace: ({ periodMs }) => pacedBy(periodMs),
};
