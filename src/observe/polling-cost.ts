import { watchedSeries } from '../catalog/metrics.ts';
import { metricsIntervalMs } from './look.ts';

/**
 * https://aws.amazon.com/cloudwatch/pricing/: $0.01 per 1,000 metrics requested by GetMetricData; no free tier covers
 * it.
 */
const usdPerMetric = 0.01 / 1_000;

/**
 * What an hour of watching on AWS asks CloudWatch for, and what that costs; an alarm on another metric adds $0.0006.
 * The other calls are free up to a million a month.
 */
export function pollingCost(): { metricsPerHour: number; usdPerHour: number } {
  const metricsPerHour = (watchedSeries.length * 3_600_000) / metricsIntervalMs(1);
  return { metricsPerHour, usdPerHour: metricsPerHour * usdPerMetric };
}

/** In a sentence, to be said once. */
export function pollingCostText(): string {
  const { metricsPerHour, usdPerHour } = pollingCost();
  return `watching asks CloudWatch for ${metricsPerHour} metrics an hour (more where alarms look at others), which AWS charges with about $${usdPerHour.toFixed(4)}`;
}
