import { findInstanceType } from '../catalog/instance-types.ts';
import type { ContainerSupply } from './instances/container-engine/container-engine-runtime.ts';

/** How the stand-in behaves. Plain data: `up` and `local start` make it, the background process gets it as JSON. */
export interface StandInOptions {
  /** 0 lets the system choose. */
  port: number;
  /** The cloud's clock runs this many times faster than the wall. */
  timeScale: number;
  /**
   * Cloud time until the instances of a deployment, of a new endpoint or of another configuration, may start serving;
   * 0: as fast as their processes start.
   */
  createTimeMs: number;
  /** Cloud time until an instance added to a fleet serves. */
  provisionTimeMs: number;
  /** Cloud time from the end of a metric's period until it can be read. */
  metricDelayMs: number;
  capacity: InstanceCapacity;
  /** What an instance is: a process of this machine, or a container with the instance type's CPUs and memory. */
  runtime: 'process' | 'docker';
  /** Most instances of a type, over all endpoints: the account's quota. More are refused, all or nothing. */
  instanceQuota: number;
  region: string;
  /** Under which it may be called, beside loopback's names: `host.docker.internal`. */
  hosts: readonly string[];
  /** Seeds routing and whatever else is random, so that an experiment can be repeated. */
  seed: number;
}

/**
 * What one emulated instance can carry, in wall time: `concurrency` requests at a time, each held for at least
 * `serviceTimeMs` (`null`: only for as long as the real inference takes), `queue` more waiting; the next is answered
 * 503. A null concurrency follows the instance type's vCPUs.
 */
export interface InstanceCapacity {
  serviceTimeMs: number | null;
  concurrency: number | null;
  queue: number;
}

/** Some of them: what somebody named. The rest is left to whoever takes it. */
export type NamedStandInOptions = Partial<Omit<StandInOptions, 'capacity'>> & {
  capacity?: Partial<InstanceCapacity>;
};

/** What was named, over what holds otherwise; of the capacity too, each part by itself. */
export function overStandIn<Base extends NamedStandInOptions>(
  base: Base,
  { capacity, ...named }: NamedStandInOptions,
): Base {
  return { ...base, ...named, ...(capacity && { capacity: { ...base.capacity, ...capacity } }) };
}

/** The one account that the stand-in has. */
export const standInAccountId = '000000000000';

export const defaultStandInOptions: StandInOptions = {
  port: 0,
  timeScale: 20,
  createTimeMs: 0,
  provisionTimeMs: 240_000,
  metricDelayMs: 60_000,
  capacity: { serviceTimeMs: 20, concurrency: null, queue: 256 },
  runtime: 'process',
  instanceQuota: 32,
  region: 'us-east-1',
  hosts: [],
  seed: 1,
};

/** What the runtime `docker` needs; found and built before the stand-in starts. */
export type LocalContainers = ContainerSupply;

/** What one instance of that type carries under `capacity`; undefined for a type that SageMaker does not have. */
export function emulatedCapacityOf(
  capacity: InstanceCapacity,
  instanceType: string,
): { concurrency: number; maxRps: number | null } | undefined {
  const type = findInstanceType(instanceType);
  if (!type) return undefined;
  const concurrency = capacity.concurrency ?? type.vcpus;
  const { serviceTimeMs } = capacity;
  return { concurrency, maxRps: serviceTimeMs ? (concurrency * 1_000) / serviceTimeMs : null };
}
