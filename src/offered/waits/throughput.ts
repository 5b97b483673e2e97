import { pacedBy, type WaitKind } from './wait-kind.ts';

/** Pacing by rate: requests a second a user. */
export interface ThroughputWait {
  kind: 'throughput';
  rateRps: number;
}

export const throughputWait: WaitKind<ThroughputWait> = {
  kind: 'throughput',
  argument: '2',
  schema: (zod) => zod.object({ kind: zod.literal('throughput'), rateRps: zod.number().positive() }),
  parse(argument, _name, refuse) {
    const rateRps = /^\d+(\.\d+)?$/.test(argument) ? Number(argument) : 0;
    if (rateRps <= 0) throw refuse('needs requests per second and user above zero');
    return { kind: 'throughput', rateRps };
  },
  describe: ({ rateRps }, unit) => `each ${rateRps} ${unit}s per second`,
  cycle: ({ rateRps }) => ({ kind: 'pacing', meanMs: 1_000 / rateRps }),
  pace: ({ rateRps }) => pacedBy(1_000 / rateRps),
};
