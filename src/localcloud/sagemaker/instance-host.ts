import type { Container } from './models/model.ts';

/** Runs the containers of an endpoint's instances. Implemented by `instances/`. */
export interface InstanceHost {
  /**
   * Starts an instance; it is started again whenever it ends by itself, until `stop`. `failed` is told once, instead of
   * `ready`, if it never became healthy; `ended` once after `stop`.
   */
  start(spec: InstanceSpec, on: InstanceEvents): void;
  /** Lets requests in flight end, then ends the instance. */
  stop(instanceId: string): void;
}

export interface InstanceSpec {
  /** Unique in this stand-in: `mlbench/AllTraffic/3`. */
  instanceId: string;
  endpointName: string;
  variantName: string;
  instanceType: string;
  container: Container;
  /** How long its container may take to answer the ping, in cloud time. */
  healthCheckTimeoutMs: number;
}

export interface InstanceEvents {
  ready(): void;
  failed(reason: string): void;
  crashed(): void;
  ended(): void;
}
