import type { WaitKind } from './wait-kind.ts';

export interface NoWait {
  kind: 'none';
}

export const noWait: WaitKind<NoWait> = {
  kind: 'none',
  argument: null,
  schema: (zod) => zod.object({ kind: zod.literal('none') }),
  parse: () => ({ kind: 'none' }),
  describe: () => 'each without a pause',
  cycle: () => ({ kind: 'pause', meanMs: 0 }),
  pace: () => (_, answeredMs) => answeredMs,
};
