import type { StandInOptions } from '../../localcloud/options.ts';
import type { TrackedMetric } from '../../scaling/policies/tracked-metric.ts';

/**
 * What `up` takes. Everything may be left out: an experiment that is up keeps its setting then, a new one gets the
 * default of `up-settings.ts`. So a second `up` with one flag changes that one thing.
 */
export interface UpOptions {
  /** An ONNX file, a directory with one in it, or a `model.tar.gz`. Default: the sample model. */
  modelPath?: string;
  /** `s3://bucket/key` of a `model.tar.gz` that is there already, in place of `modelPath`. */
  modelDataUrl?: string;
  /** Image of the serving container, used as written. Default: the serving program of this package. */
  image?: string;
  /** What the serving image is built on, where mlbench builds it. Default `node:24-slim`. */
  baseImage?: string;
  /** Execution role of the model. Default: one named after the experiment. */
  roleArn?: string;
  /**
   * Default: `mlbench` for the experiment `mlbench`, else `mlbench-<experiment>`. Cannot change while it is up. One that
   * somebody else made is scaled and called, and never altered or deleted.
   */
  endpointName?: string;
  /** Default `ml.m5.large`. */
  instanceType?: string;
  /** Instances to start with; autoscaling takes over from there. Default 1. */
  instances?: number;
  /** False: no scalable target and no policy. Naming any setting of autoscaling turns it on again. Default true. */
  autoscaling?: boolean;
  /** Default 1. */
  minCapacity?: number;
  /** Default 4. */
  maxCapacity?: number;
  /** What the policy tracks. Default `invocations`; naming another goes with a new `targetValue`. */
  metric?: TrackedMetric;
  /** In the metric's unit; invocations: a minute and instance. Default: half the emulated capacity by AWS's formula; without one, 60. */
  targetValue?: number;
  /** Default 300, as AWS's. */
  scaleOutCooldownSeconds?: number;
  /** Default 300, as AWS's. */
  scaleInCooldownSeconds?: number;
  /**
   * Files with a policy each, as `PutScalingPolicy` takes it, in place of the one made of target value and cooldowns;
   * naming any of those goes back to that one.
   */
  policyFiles?: string[];
  /** False: no `/evaluate` REST API. Default true. */
  api?: boolean;
  /** Port of the API's local front. Default 0: the system chooses. */
  apiPort?: number;
  /** Requests a second that API Gateway lets through, on AWS. Default 1,000. */
  apiThrottleRps?: number;
  /**
   * On AWS the endpoint is deleted after this, counted from now, even if this machine is gone; null: not any more. An
   * experiment that is up keeps the moment it has.
   */
  ttlMs?: number | null;
  /** As `ttlMs`, at the moment when the most instances would have cost this; with both, at the earlier. */
  maxCostUsd?: number;
  /** How the stand-in behaves, where one must be started; one that runs must agree with what is named here. */
  standIn?: Partial<StandInOptions>;
}
