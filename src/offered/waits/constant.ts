import { formatDurationMs, parseDurationMs } from '../../core/units.ts';
import type { WaitKind } from './wait-kind.ts';

/** The same pause after each answer. */
export interface ConstantWait {
  kind: 'constant';
  waitMs: number;
}

export const constantWait: WaitKind<ConstantWait> = {
  kind: 'constant',
  argument: '1s',
  schema: (zod) => zod.object({ kind: zod.literal('constant'), waitMs: zod.number().nonnegative() }),
  parse: (argument, name) => ({ kind: 'constant', waitMs: parseDurationMs(argument, name) }),
  describe: ({ waitMs }, unit) =>
    `each pausing ${formatDurationMs(waitMs)} after ${unit === 'flow' ? 'a flow' : 'an answer'}`,
  cycle: ({ waitMs }) => ({ kind: 'pause', meanMs: waitMs }),
  pace:
    ({ waitMs }) =>
    (_, answeredMs) =>
      answeredMs + waitMs,
};
