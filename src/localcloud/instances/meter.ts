import { statfsSync } from 'node:fs';
import { type CatalogMetric, metrics, variantDimensions } from '../../catalog/metrics.ts';
import { type Clock, repeat, type Timer } from '../../core/clock.ts';
import type { MetricSink } from '../service/ports.ts';
import type { Instance } from './instance.ts';

/**
 * What instances tell CloudWatch of themselves.
 *
 * /aws/sagemaker/Endpoints CPUUtilization, 0–100 × vCPUs. With an emulated service time: the share of its slots that
 * are held, × 100 × vCPUs, since the real process burns next to nothing of this machine; without: the container's own
 * CPU time. MemoryUtilization: the container's memory as a share of the instance type's. DiskUtilization: of the real
 * file system that holds the instances. AWS/SageMaker ConcurrentRequestsPerModel: running plus queued.
 */
export function startMeter(options: MeterOptions): Timer {
  const { wallClock, timeScale } = options;
  const sampleUtilization = utilizationSampler(options);
  const concurrencyEveryMs = Math.max(100, 2_000 / timeScale);
  const utilizationEveryMs = Math.max(500, 15_000 / timeScale);
  let nextUtilizationMs = 0;
  return repeat(wallClock, concurrencyEveryMs, () => {
    sampleConcurrency(options);
    if (wallClock.monotonicMs() < nextUtilizationMs) return;
    nextUtilizationMs = wallClock.monotonicMs() + utilizationEveryMs;
    sampleUtilization();
  });
}

interface MeterOptions {
  instances: () => readonly Instance[];
  sink: MetricSink;
  cloudClock: Clock;
  wallClock: Clock;
  timeScale: number;
  emulated: boolean;
  folder: string;
}

type Recording = Pick<MeterOptions, 'sink' | 'cloudClock'>;

function record(
  { sink, cloudClock }: Recording,
  { spec }: Instance,
  { namespace, metricName, unit }: CatalogMetric,
  value: number,
): void {
  const dimensions = variantDimensions(spec.endpointName, spec.variantName);
  sink.record({ namespace, metricName, dimensions, unit, atMs: cloudClock.nowMs(), value, weight: 1 });
}

function sampleConcurrency(options: MeterOptions): void {
  for (const instance of options.instances()) {
    if (!instance.readUsage) continue;
    record(options, instance, metrics.concurrentRequests, instance.gate.running + instance.gate.waiting);
  }
}

/** Each call records what was used since the call before. */
function utilizationSampler(options: MeterOptions): () => void {
  const { wallClock, emulated } = options;
  const before = new Map<Instance, { heldMs: number; cpuMs: number; atMs: number }>();
  return () => {
    const instances = options.instances();
    const disk = diskUtilization(options.folder);
    for (const instance of instances) {
      const usage = instance.readUsage?.();
      if (!usage) continue;
      const now = { heldMs: instance.gate.heldMs(), cpuMs: usage.cpuMs, atMs: wallClock.monotonicMs() };
      const last = before.get(instance);
      before.set(instance, now);
      if (!last || now.atMs <= last.atMs || now.cpuMs < last.cpuMs) continue;
      const elapsedMs = now.atMs - last.atMs;
      const busyShare = emulated
        ? (now.heldMs - last.heldMs) / (elapsedMs * instance.gate.concurrency)
        : (now.cpuMs - last.cpuMs) / (elapsedMs * instance.type.vcpus);
      const figures = [
        [metrics.cpu, 100 * instance.type.vcpus * Math.min(1, busyShare)],
        [metrics.memory, (100 * usage.memoryBytes) / (instance.type.memoryGib * 1_073_741_824)],
        [metrics.disk, disk],
      ] as const;
      for (const [metric, value] of figures) record(options, instance, metric, value);
    }
    for (const instance of before.keys()) if (!instances.includes(instance)) before.delete(instance);
  };
}

function diskUtilization(folder: string): number {
  try {
    const { blocks, bfree } = statfsSync(folder);
    return blocks > 0 ? (100 * (blocks - bfree)) / blocks : 0;
  } catch {
    return 0;
  }
}
