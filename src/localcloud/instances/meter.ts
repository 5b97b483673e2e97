import { statfsSync } from 'node:fs';
import { type CatalogMetric, metrics, variantDimensions } from '../../catalog/metrics.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { MetricSink } from '../service/ports.ts';
import type { Instance } from './instance.ts';

/**
 * What instances tell CloudWatch of themselves.
 *
 * /aws/sagemaker/Endpoints CPUUtilization, 0–100 × vCPUs. With an emulated service time: the share of its slots that are
 * held, × 100 × vCPUs, since the real process burns next to nothing of this machine; without: the container's own CPU time.
 * MemoryUtilization: the container's memory as a share of the instance type's. DiskUtilization: of the real file system
 * that holds the instances. AWS/SageMaker ConcurrentRequestsPerModel: running plus queued.
 */
export function startMeter(options: {
  instances: () => readonly Instance[];
  sink: MetricSink;
  cloudClock: Clock;
  wallClock: Clock;
  timeScale: number;
  emulated: boolean;
  folder: string;
}): Timer {
  const { cloudClock, wallClock, timeScale, sink } = options;
  const before = new Map<Instance, { heldMs: number; cpuMs: number; atMs: number }>();
  let timer: Timer;

  const record = ({ spec }: Instance, { namespace, metricName, unit }: CatalogMetric, value: number) => {
    const dimensions = variantDimensions(spec.endpointName, spec.variantName);
    sink.record({ namespace, metricName, dimensions, unit, atMs: cloudClock.nowMs(), value, weight: 1 });
  };

  const sampleConcurrency = () => {
    for (const instance of options.instances()) {
      if (!instance.readUsage) continue;
      record(instance, metrics.concurrentRequests, instance.gate.running + instance.gate.waiting);
    }
  };

  const sampleUtilization = () => {
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
      const busyShare = options.emulated
        ? (now.heldMs - last.heldMs) / (elapsedMs * instance.gate.concurrency)
        : (now.cpuMs - last.cpuMs) / (elapsedMs * instance.type.vcpus);
      const figures = [
        [metrics.cpu, 100 * instance.type.vcpus * Math.min(1, busyShare)],
        [metrics.memory, (100 * usage.memoryBytes) / (instance.type.memoryGib * 1_073_741_824)],
        [metrics.disk, disk],
      ] as const;
      for (const [metric, value] of figures) record(instance, metric, value);
    }
    for (const instance of before.keys()) if (!instances.includes(instance)) before.delete(instance);
  };

  const concurrencyEveryMs = Math.max(100, 2_000 / timeScale);
  const utilizationEveryMs = Math.max(500, 15_000 / timeScale);
  let nextUtilizationMs = 0;
  const schedule = () => {
    timer = wallClock.after(
      concurrencyEveryMs,
      () => {
        sampleConcurrency();
        if (wallClock.monotonicMs() >= nextUtilizationMs) {
          nextUtilizationMs = wallClock.monotonicMs() + utilizationEveryMs;
          sampleUtilization();
        }
        schedule();
      },
      { unref: true },
    );
  };
  schedule();
  return { cancel: () => timer.cancel() };
}

function diskUtilization(folder: string): number {
  try {
    const { blocks, bfree } = statfsSync(folder);
    return blocks > 0 ? (100 * (blocks - bfree)) / blocks : 0;
  } catch {
    return 0;
  }
}
