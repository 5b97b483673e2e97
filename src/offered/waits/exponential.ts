import { formatDurationMs, parseDurationMs } from '../../core/units.ts';
import type { WaitKind } from './wait-kind.ts';

/**
 * A random pause after each answer, exponentially distributed: short ones mostly, a long one now and then, as of people
 * who decide each moment anew whether to go on. Seeded by `--seed`.
 */
export interface ExponentialWait {
  kind: 'exponential';
  meanMs: number;
}

export const exponentialWait: WaitKind<ExponentialWait> = {
  kind: 'exponential',
  argument: '1s',
  schema: (zod) => zod.object({ kind: zod.literal('exponential'), meanMs: zod.number().positive() }),
  parse(argument, name, refuse) {
    const meanMs = parseDurationMs(argument, name);
    if (meanMs <= 0) throw refuse('has no mean; to send without a pause write none');
    return { kind: 'exponential', meanMs };
  },
  describe: ({ meanMs }, unit) =>
    `each pausing ${formatDurationMs(meanMs)} on average, exponentially distributed, after ${unit === 'flow' ? 'a flow' : 'an answer'}`,
  cycle: ({ meanMs }) => ({ kind: 'pause', meanMs }),
  pace:
    ({ meanMs }) =>
    (_, answeredMs, random) =>
      answeredMs + random.exponential(meanMs),
};
