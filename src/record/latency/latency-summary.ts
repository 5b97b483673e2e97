import { z } from 'zod';

const count = z.number().nonnegative();
const latencyUs = count.nullable();

/** Microseconds. All null where nothing was recorded: zero would be a number nobody measured. */
export const latencySummarySchema = z.object({
  count,
  min: latencyUs,
  mean: latencyUs,
  p50: latencyUs,
  p66: latencyUs,
  p75: latencyUs,
  p80: latencyUs,
  p90: latencyUs,
  p95: latencyUs,
  p98: latencyUs,
  p99: latencyUs,
  p99_9: latencyUs,
  p99_99: latencyUs,
  max: latencyUs,
});

export type LatencySummary = z.infer<typeof latencySummarySchema>;
