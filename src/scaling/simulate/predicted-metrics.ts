/** CloudWatch's datapoints of a simulated variant, for the metrics that a policy may track. */
import { metrics } from '../../catalog/metrics.ts';
import type { MetricRef } from '../alarms/metric.ts';

/** What one period held, over all instances. */
export interface PeriodTotals {
  periodMs: number;
  requests: number;
  /** Each request adds 1 / active instances. */
  perInstance: number;
  refused: number;
  /** Sum over the period of instances × ms. */
  instanceMs: number;
  /** Work done: slots × ms. */
  busySlotMs: number;
  /** Requests × ms that waited. */
  waitingMs: number;
  /** The most that one instance held at a time, running and waiting. */
  peakInFlight: number;
  /** Requests × µs of response time. */
  responseUs: number;
}

export interface InstanceSize {
  concurrency: number;
  vcpus: number;
}

export function emptyTotals(periodMs: number): PeriodTotals {
  return {
    periodMs,
    requests: 0,
    perInstance: 0,
    refused: 0,
    instanceMs: 0,
    busySlotMs: 0,
    waitingMs: 0,
    peakInFlight: 0,
    responseUs: 0,
  };
}

/** How the metric's value follows from a period's totals; undefined: not a metric that can be predicted. */
export function predictorOf(
  metric: MetricRef,
  size: InstanceSize,
): ((totals: PeriodTotals) => number) | undefined {
  const predictor = predictors[keyOf(metric, metric.statistic)];
  return predictor && ((totals) => predictor(totals, size));
}

const predictors: Record<string, (totals: PeriodTotals, size: InstanceSize) => number> = {
  [keyOf(metrics.invocations, 'Sum')]: (totals) => totals.requests,
  [keyOf(metrics.invocationsPerInstance, 'Sum')]: (totals) => totals.perInstance,
  [keyOf(metrics.serverErrors, 'Sum')]: (totals) => totals.refused,
  [keyOf(metrics.modelErrors, 'Sum')]: (totals) => totals.refused,
  [keyOf(metrics.modelLatency, 'Average')]: (totals) =>
    totals.requests > totals.refused ? totals.responseUs / (totals.requests - totals.refused) : 0,
  [keyOf(metrics.concurrentRequests, 'Maximum')]: (totals) => totals.peakInFlight,
  [keyOf(metrics.concurrentRequests, 'Average')]: (totals) =>
    (totals.busySlotMs + totals.waitingMs) / totals.instanceMs,
  // As the stand-in reckons it: the share of the slots that are held, × 100 × vCPUs.
  [keyOf(metrics.cpu, 'Average')]: (totals, size) =>
    (100 * size.vcpus * totals.busySlotMs) / (size.concurrency * totals.instanceMs),
};

/** What an alarm may follow in a simulation, by metric and statistic. */
export const predictable: readonly string[] = Object.keys(predictors).map((name) =>
  name.replace(/^\S+ (\S+) (\S+)$/, '$1 ($2)'),
);

function keyOf(
  { namespace, metricName }: { namespace: string; metricName: string },
  statistic: string,
): string {
  return `${namespace} ${metricName} ${statistic}`;
}
