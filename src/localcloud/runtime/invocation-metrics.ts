import { type CatalogMetric, metrics, variantDimensions } from '../../catalog/metrics.ts';
import type { Clock, Timer } from '../../core/clock.ts';
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
 * AWS/SageMaker's metrics of invocations, made of the requests really routed. Each stands for `timeScale` requests, so that
 * a rate stays a rate on the cloud's faster clock. Counts are gathered and written together; latencies one by one, for
 * their percentiles.
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

interface Gathered {
  endpointName: string;
  variantName: string;
  minute: number;
  atMs: number;
  invocations: number;
  /** Each request adds 1 / active instances. */
  perInstance: Map<number, number>;
  clientErrors: number;
  serverErrors: number;
  modelErrors: number;
}

const flushIntervalMs = 100;

export function createInvocationMetrics(options: {
  sink: MetricSink;
  /** Cloud time. */
  cloudClock: Clock;
  wallClock: Clock;
  timeScale: number;
  /** Variants that exist, for the zeros of those without traffic. */
  variants: () => readonly { endpointName: string; variantName: string }[];
}): InvocationMetrics {
  const { sink, cloudClock, wallClock, timeScale } = options;
  const gathered = new Map<string, Gathered>();
  /** Variants that had traffic in the minute. */
  const busy = new Set<string>();
  let minute = minuteOf(cloudClock.nowMs());
  let timer: Timer | undefined;

  const write = (
    of: { endpointName: string; variantName: string },
    { namespace, metricName, unit }: CatalogMetric,
    atMs: number,
    value: number,
    weight: number,
  ) => {
    const dimensions = variantDimensions(of.endpointName, of.variantName);
    sink.record({ namespace, metricName, dimensions, unit, atMs, value, weight });
  };

  const writeCounts = (counts: Gathered) => {
    const { atMs, invocations } = counts;
    const total = invocations * timeScale;
    write(counts, metrics.invocations, atMs, 1, total);
    for (const [active, requests] of counts.perInstance) {
      write(counts, metrics.invocationsPerInstance, atMs, 1 / active, requests * timeScale);
    }
    for (const [metric, errors] of [
      [metrics.clientErrors, counts.clientErrors],
      [metrics.serverErrors, counts.serverErrors],
      [metrics.modelErrors, counts.modelErrors],
    ] as const) {
      if (errors > 0) write(counts, metric, atMs, 1, errors * timeScale);
      if (invocations > errors) write(counts, metric, atMs, 0, (invocations - errors) * timeScale);
    }
  };

  const flushCounts = () => {
    for (const counts of gathered.values()) writeCounts(counts);
    gathered.clear();
  };

  /** A minute has passed: variants without traffic in it get their zeros. */
  const endMinutes = (nowMs: number) => {
    const current = minuteOf(nowMs);
    if (current === minute) return;
    flushCounts();
    for (const variant of options.variants()) {
      const key = keyOf(variant.endpointName, variant.variantName);
      // Minutes without traffic between the last look and this one: at most a handful, even for a fast clock.
      const firstIdle = busy.has(key) ? minute + 1 : minute;
      for (let idle = Math.max(firstIdle, current - 60); idle < current; idle++) {
        for (const metric of zeroMetrics) write(variant, metric, idle * 60_000, 0, 1);
      }
    }
    busy.clear();
    minute = current;
  };

  const gather = (endpointName: string, route: Route): Gathered => {
    const nowMs = cloudClock.nowMs();
    endMinutes(nowMs);
    const key = keyOf(endpointName, route.variantName);
    let counts = gathered.get(key);
    if (!counts) {
      busy.add(key);
      counts = {
        endpointName,
        variantName: route.variantName,
        minute,
        atMs: nowMs,
        invocations: 0,
        perInstance: new Map(),
        clientErrors: 0,
        serverErrors: 0,
        modelErrors: 0,
      };
      gathered.set(key, counts);
    }
    counts.atMs = nowMs;
    counts.invocations += 1;
    const active = Math.max(1, route.instances.length);
    counts.perInstance.set(active, (counts.perInstance.get(active) ?? 0) + 1);
    return counts;
  };

  const flush = () => {
    endMinutes(cloudClock.nowMs());
    flushCounts();
  };

  const schedule = () => {
    timer = wallClock.after(
      flushIntervalMs,
      () => {
        flush();
        schedule();
      },
      { unref: true },
    );
  };
  schedule();

  return {
    invoked(endpointName, route, { modelStatus, modelLatencyUs, overheadLatencyUs }) {
      const counts = gather(endpointName, route);
      if (modelStatus >= 400 && modelStatus < 500) counts.clientErrors += 1;
      if (modelStatus >= 500 || modelStatus === 0) counts.serverErrors += 1;
      if (modelStatus < 200 || modelStatus >= 300) counts.modelErrors += 1;
      write(counts, metrics.modelLatency, counts.atMs, modelLatencyUs, timeScale);
      write(counts, metrics.overheadLatency, counts.atMs, overheadLatencyUs, timeScale);
    },
    refused(endpointName, route) {
      gather(endpointName, route).clientErrors += 1;
    },
    unavailable(endpointName, route) {
      gather(endpointName, route).serverErrors += 1;
    },
    flush,
    stop: () => timer?.cancel(),
  };
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

function keyOf(endpointName: string, variantName: string): string {
  return `${endpointName}/${variantName}`;
}
