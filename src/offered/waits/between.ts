import { formatDurationMs, parseDurationMs } from '../../core/units.ts';
import type { WaitKind } from './wait-kind.ts';

/** A pause after each answer, evenly distributed. */
export interface BetweenWait {
  kind: 'between';
  lowMs: number;
  highMs: number;
}

export const betweenWait: WaitKind<BetweenWait> = {
  kind: 'between',
  argument: '1s,3s',
  schema: (zod) =>
    zod.object({
      kind: zod.literal('between'),
      lowMs: zod.number().nonnegative(),
      highMs: zod.number().nonnegative(),
    }),
  parse(argument, name, refuse) {
    const comma = argument.indexOf(',');
    if (comma < 0) throw refuse('needs two times');
    const lowMs = parseDurationMs(argument.slice(0, comma), name);
    const highMs = parseDurationMs(argument.slice(comma + 1), name);
    if (lowMs > highMs) throw refuse('has its longer time first');
    return { kind: 'between', lowMs, highMs };
  },
  describe({ lowMs, highMs }, unit) {
    const after = unit === 'flow' ? 'a flow' : 'an answer';
    return `each pausing ${formatDurationMs(lowMs)} to ${formatDurationMs(highMs)} after ${after}`;
  },
  cycle: ({ lowMs, highMs }) => ({ kind: 'pause', meanMs: (lowMs + highMs) / 2 }),
  pace:
    ({ lowMs, highMs }) =>
    (_, answeredMs, random) =>
      answeredMs + random.between(lowMs, highMs),
};
