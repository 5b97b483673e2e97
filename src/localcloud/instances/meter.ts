import { statfsSync } from 'node:fs';
import { type Clock, repeat, type Timer } from '../../core/clock.ts';
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

function sampleConcurrency({ instances, sink, cloudClock }: MeterOptions): void {
  for (const instance of instances()) {
    if (!instance.readUsage) continue;
    sink.record({
      namespace: 'AWS/SageMaker',
      metricName: 'ConcurrentRequestsPerModel',
      dimensions: dimensionsOf(instance),
      unit: 'None',
      atMs: cloudClock.nowMs(),
      value: instance.gate.running + instance.gate.waiting,
      weight: 1,
    });
  }
}

/** Each call records what was used since the call before. */
function utilizationSampler({ cloudClock, wallClock, sink, emulated, ...options }: MeterOptions): () => void {
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
        ['CPUUtilization', 100 * instance.type.vcpus * Math.min(1, busyShare)],
        ['MemoryUtilization', (100 * usage.memoryBytes) / (instance.type.memoryGib * 1_073_741_824)],
        ['DiskUtilization', disk],
      ] as const;
      for (const [metricName, value] of figures) {
        sink.record({
          namespace: '/aws/sagemaker/Endpoints',
          metricName,
          dimensions: dimensionsOf(instance),
          unit: 'Percent',
          atMs: cloudClock.nowMs(),
          value,
          weight: 1,
        });
      }
    }
    for (const instance of before.keys()) if (!instances.includes(instance)) before.delete(instance);
  };
}

function dimensionsOf({ spec }: Instance): Record<string, string> {
  return { EndpointName: spec.endpointName, VariantName: spec.variantName };
}

function diskUtilization(folder: string): number {
  try {
    const { blocks, bfree } = statfsSync(folder);
    return blocks > 0 ? (100 * (blocks - bfree)) / blocks : 0;
  } catch {
    return 0;
  }
}
