import { z } from 'zod';

const shared = {
  /** As it was written. Shown, never read again. */
  expression: z.string(),
  comparison: z.enum(['<', '<=', '>', '>=']),
  /** In `unit`: µs, a fraction of the requests ended, or requests a second. */
  value: z.number(),
};
const latency = z.enum(['response', 'service', 'firstByte']);

const percentileSchema = z.object({
  ...shared,
  quantity: z.literal('percentile'),
  /** Above 0 and below 100. */
  percentile: z.number().gt(0).lt(100),
  latency,
  unit: z.literal('us'),
});
const latencySchema = z.object({
  ...shared,
  quantity: z.enum(['mean', 'max']),
  latency,
  unit: z.literal('us'),
});
const errorsSchema = z.object({ ...shared, quantity: z.literal('errors'), unit: z.literal('share') });
const rateSchema = z.object({ ...shared, quantity: z.literal('rate'), unit: z.literal('rps') });

/** What came of it; `observed` is in the expectation's unit, null where nothing was measured. */
const outcome = { observed: z.number().nullable(), passed: z.boolean() };

const expectationSchema = z.discriminatedUnion('quantity', [
  percentileSchema,
  latencySchema,
  errorsSchema,
  rateSchema,
]);

/** An expectation with what the run showed for it: an entry of `thresholds` in `result.json`. */
export const thresholdSchema = z.discriminatedUnion('quantity', [
  percentileSchema.extend(outcome),
  latencySchema.extend(outcome),
  errorsSchema.extend(outcome),
  rateSchema.extend(outcome),
]);

/** What is expected of a run, as data: `p99<200ms` was read once, where it was written. */
export type Expectation = z.infer<typeof expectationSchema>;
export type ExpectedLatency = z.infer<typeof latency>;
export type JudgedExpectation = z.infer<typeof thresholdSchema>;
