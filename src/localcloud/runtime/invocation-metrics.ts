import { type CatalogMetric, metrics, variantDimensions } from '../../catalog/metrics.ts';
import { type Clock, repeat } from '../../core/clock.ts';
import type { MetricSink } from '../service/ports.ts';
import type { Route } from './router.ts';

/** One invocation that reached an instance. */
interface Invocation {
  /** The container's answer; 0 if there was none. */
  modelStatus: number;
  /** From its arrival at the instance, its wait in the instance's queue included, to its answer. */
  modelLatencyUs: number;
  /** The rest of the time between request and answer. */
  overheadLatencyUs: number;
}

/**
 * AWS/SageMaker's metrics of invocations, made of the requests really routed. Each stands for `timeScale` requests, so
 * that a rate stays a rate on the cloud's faster clock. Counts are gathered and written together; latencies one by one,
 * for their percentiles.
 */
export interface InvocationMetrics {
  invoked(endpointName: string, route: Route, invocation: Invocation): void;
  /** Refused for its own fault before it reached an instance. */
  refused(endpointName: string, route: Route): void;
  /** No instance served. */
  unavailable(endpointName: string, route: Route): void;
  /** Writes what was gathered. Whoever reads metrics calls it first. */
  flush(): void;
  stop(): void;
}

interface Gathered extends Variant {
  atMs: number;
  invocations: number;
  /** Each request adds 1 / active instances. */
  perInstance: Map<number, number>;
  clientErrors: number;
  serverErrors: number;
  modelErrors: number;
}

const flushIntervalMs = 100;

export function createInvocationMetrics(options: InvocationMetricsOptions): InvocationMetrics {
  const { sink, cloudClock, wallClock, timeScale } = options;
  const gathered = new Map<string, Gathered>();
  const minutes = createMinutes(sink, cloudClock.nowMs());

  const flushCounts = () => {
    for (const counts of gathered.values()) writeCounts(sink, counts, timeScale);
    gathered.clear();
  };

  const endMinutes = (nowMs: number) => {
    if (!minutes.havePassed(nowMs)) return;
    flushCounts();
    minutes.end(nowMs, options.variants());
  };

  const gather = (endpointName: string, route: Route): Gathered => {
    const nowMs = cloudClock.nowMs();
    endMinutes(nowMs);
    const variant = { endpointName, variantName: route.variantName };
    const key = keyOf(variant);
    let counts = gathered.get(key);
    if (!counts) {
      minutes.traffic(key);
      counts = noCounts(variant, nowMs);
      gathered.set(key, counts);
    }
    countRequest(counts, nowMs, Math.max(1, route.instances.length));
    return counts;
  };

  const flush = () => {
    endMinutes(cloudClock.nowMs());
    flushCounts();
  };

  const flushing = repeat(wallClock, flushIntervalMs, flush);

  return {
    invoked(endpointName, route, invocation) {
      const counts = gather(endpointName, route);
      countOutcome(counts, invocation.modelStatus);
      writeLatencies(sink, counts, invocation, timeScale);
    },
    refused(endpointName, route) {
      gather(endpointName, route).clientErrors += 1;
    },
    unavailable(endpointName, route) {
      gather(endpointName, route).serverErrors += 1;
    },
    flush,
    stop: () => flushing.cancel(),
  };
}

/** A minute under way: when it has passed, variants without traffic in it get their zeros. */
function createMinutes(sink: MetricSink, startMs: number) {
  const busy = new Set<string>();
  let minute = minuteOf(startMs);
  return {
    traffic: (key: string) => busy.add(key),
    havePassed: (nowMs: number) => minuteOf(nowMs) !== minute,
    end(nowMs: number, variants: readonly Variant[]) {
      const current = minuteOf(nowMs);
      for (const variant of variants) {
        const firstIdle = busy.has(keyOf(variant)) ? minute + 1 : minute;
        writeZeros(sink, variant, firstIdle, current);
      }
      busy.clear();
      minute = current;
    },
  };
}

interface InvocationMetricsOptions {
  sink: MetricSink;
  /** Cloud time. */
  cloudClock: Clock;
  wallClock: Clock;
  timeScale: number;
  /** Variants that exist, for the zeros of those without traffic. */
  variants: () => readonly Variant[];
}

interface Variant {
  endpointName: string;
  variantName: string;
}

interface Datum {
  metric: CatalogMetric;
  atMs: number;
  value: number;
  weight: number;
}

function write(sink: MetricSink, variant: Variant, { metric, ...datum }: Datum): void {
  const { namespace, metricName, unit } = metric;
  const dimensions = variantDimensions(variant.endpointName, variant.variantName);
  sink.record({ namespace, metricName, dimensions, unit, ...datum });
}

function noCounts(variant: Variant, atMs: number): Gathered {
  return {
    ...variant,
    atMs,
    invocations: 0,
    perInstance: new Map(),
    clientErrors: 0,
    serverErrors: 0,
    modelErrors: 0,
  };
}

function countRequest(counts: Gathered, atMs: number, activeInstances: number): void {
  counts.atMs = atMs;
  counts.invocations += 1;
  counts.perInstance.set(activeInstances, (counts.perInstance.get(activeInstances) ?? 0) + 1);
}

function countOutcome(counts: Gathered, modelStatus: number): void {
  if (modelStatus >= 400 && modelStatus < 500) counts.clientErrors += 1;
  if (modelStatus >= 500 || modelStatus === 0) counts.serverErrors += 1;
  if (modelStatus < 200 || modelStatus >= 300) counts.modelErrors += 1;
}

function writeCounts(sink: MetricSink, counts: Gathered, timeScale: number): void {
  const { atMs, invocations } = counts;
  const count = (metric: CatalogMetric, value: number, requests: number) =>
    write(sink, counts, { metric, atMs, value, weight: requests * timeScale });
  count(metrics.invocations, 1, invocations);
  for (const [active, requests] of counts.perInstance)
    count(metrics.invocationsPerInstance, 1 / active, requests);
  for (const [metric, errors] of [
    [metrics.clientErrors, counts.clientErrors],
    [metrics.serverErrors, counts.serverErrors],
    [metrics.modelErrors, counts.modelErrors],
  ] as const) {
    if (errors > 0) count(metric, 1, errors);
    if (invocations > errors) count(metric, 0, invocations - errors);
  }
}

function writeLatencies(sink: MetricSink, counts: Gathered, invocation: Invocation, timeScale: number): void {
  for (const [metric, value] of [
    [metrics.modelLatency, invocation.modelLatencyUs],
    [metrics.overheadLatency, invocation.overheadLatencyUs],
  ] as const) {
    write(sink, counts, { metric, atMs: counts.atMs, value, weight: timeScale });
  }
}

/** Minutes without traffic between the last look and this one: at most a handful, even for a fast clock. */
function writeZeros(sink: MetricSink, variant: Variant, firstIdle: number, current: number): void {
  for (let idle = Math.max(firstIdle, current - 60); idle < current; idle++) {
    for (const metric of zeroMetrics)
      write(sink, variant, { metric, atMs: idle * 60_000, value: 0, weight: 1 });
  }
}

const zeroMetrics = [
  metrics.invocations,
  metrics.invocationsPerInstance,
  metrics.clientErrors,
  metrics.serverErrors,
  metrics.modelErrors,
];

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}

function keyOf({ endpointName, variantName }: Variant): string {
  return `${endpointName}/${variantName}`;
}
