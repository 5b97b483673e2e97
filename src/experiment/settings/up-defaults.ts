import { usualTracked } from '../../catalog/metrics.ts';

/** What a new experiment gets where `up` is not told otherwise; the help shows it. */
export const upDefaults = {
  instanceType: 'ml.m5.large',
  instances: 1,
  autoscaling: {
    minCapacity: 1,
    maxCapacity: 4,
    metric: usualTracked,
    /** The cooldowns are those that AWS assumes. */
    scaleOutCooldownSeconds: 300,
    scaleInCooldownSeconds: 300,
  },
  api: {
    port: 0,
    /**
     * Of an API that is open to whoever knows its URL, before an endpoint that costs by the hour and not by the
     * request.
     */
    throttleRps: 1_000,
    /** Web pages of other origins: none on the stand-in. On AWS the API answers every page. */
    origins: [] as string[],
  },
} as const;
