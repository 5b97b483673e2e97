/**
 * What the stand-in's services want of one another, and nothing more. Each is implemented in its own folder and wired
 * together in `cloud.ts`. All times are cloud milliseconds.
 */

/** Implemented by `cloudwatch/metrics/metric-store.ts`; written to by the runtime's router and by PutMetricData. */
export interface MetricSink {
  record(sample: MetricSample): void;
}

export interface MetricSample {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  unit: string;
  atMs: number;
  value: number;
  /**
   * How many samples this one stands for: the time scale, for traffic that was really routed, so that a cloud minute
   * (60 / scale wall seconds) holds the count which that rate has in a minute.
   */
  weight: number;
}

/**
 * Implemented by `cloudwatch-logs/log-store.ts`; written to by instances. Makes group and stream where they are
 * missing.
 */
export interface LogSink {
  append(groupName: string, streamName: string, message: string): void;
}

/** Read by alarms: statistics per period, only what is visible at `nowMs` (the metric delay has passed). */
export interface MetricReader {
  statistics(query: MetricQuery, nowMs: number): MetricDatapoint[];
}

export interface MetricQuery {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99` … */
  statistic: string;
  periodMs: number;
  fromMs: number;
  toMs: number;
  /** Only data of this unit; all units unless given. */
  unit?: string | undefined;
}

/** Periods without samples are absent. */
export interface MetricDatapoint {
  periodStartMs: number;
  value: number;
}

/** Implemented by `sagemaker/`: what Application Auto Scaling and the observer need of a variant. */
export interface VariantControl {
  describe(endpointName: string, variantName: string): VariantCapacity | undefined;
  /**
   * Asks for another instance count.
   * @throws ServiceError as UpdateEndpointWeightsAndCapacities would: `Cannot update in-progress endpoint "…".`
   */
  setDesiredInstanceCount(endpointName: string, variantName: string, count: number): void;
}

export interface VariantCapacity {
  endpointStatus: string;
  instanceType: string;
  currentInstanceCount: number;
  desiredInstanceCount: number;
  /** Why its last change failed, and was rolled back. */
  failureReason?: string | null;
}

/** Implemented by `application-auto-scaling/`: SageMaker tells it that an endpoint is gone. */
export interface EndpointListener {
  endpointDeleted(endpointName: string): void;
}

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
  /** As the model names it. */
  image: string | undefined;
  /** Undefined: the image holds its model itself. */
  modelDataUrl: string | undefined;
  environment: Record<string, string>;
  /** The user has brought the model, as was proved: it may carry code. */
  isUsers: boolean;
  /** How long its container may take to answer the ping, in cloud time. */
  healthCheckTimeoutMs: number;
}

export interface InstanceEvents {
  ready(): void;
  failed(reason: string): void;
  crashed(): void;
  ended(): void;
}
