import { userError } from '../core/errors.ts';
import type { StandInOptions } from '../localcloud/options.ts';

/**
 * What `up` takes. Everything may be left out: an experiment that is up keeps its setting then, a new one gets the
 * default of `defaultUpSettings`. So a second `up` with one flag changes that one thing.
 */
export interface UpOptions {
  /** An ONNX file, a directory with one in it, or a `model.tar.gz`. Default: the sample model. */
  modelPath?: string;
  /** Default: `mlbench` for the experiment `mlbench`, else `mlbench-<experiment>`. Cannot change while it is up. */
  endpointName?: string;
  instanceType?: string;
  /** Instances to start with; autoscaling takes over from there. */
  instances?: number;
  /** False: no scalable target and no policy. Naming any setting of autoscaling turns it on again. */
  autoscaling?: boolean;
  minCapacity?: number;
  maxCapacity?: number;
  /** Invocations a minute and instance. Default: half the emulated capacity by AWS's formula. */
  targetValue?: number;
  scaleOutCooldownSeconds?: number;
  scaleInCooldownSeconds?: number;
  /** False: no `/evaluate` REST API. */
  api?: boolean;
  /** Port of the API's local front; 0 lets the system choose. */
  apiPort?: number;
  /** How the stand-in behaves, where one must be started; one that runs must agree with what is named here. */
  standIn?: Partial<StandInOptions>;
}

/** An experiment's settings with nothing left open; kept in the ledger for the next `up`. */
export interface UpSettings {
  /** Null: the sample model of this package. */
  modelPath: string | null;
  endpointName: string;
  instanceType: string;
  instances: number;
  autoscaling: AutoscalingSettings | null;
  api: { port: number } | null;
}

export interface AutoscalingSettings {
  minCapacity: number;
  maxCapacity: number;
  /** Null: derived from the capacity of one instance. */
  targetValue: number | null;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

export function defaultUpSettings(endpointName: string): UpSettings {
  return {
    modelPath: null,
    endpointName,
    instanceType: 'ml.m5.large',
    instances: 1,
    autoscaling: defaultAutoscaling,
    api: { port: 0 },
  };
}

/** AWS's own cooldowns; https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html */
const defaultAutoscaling: AutoscalingSettings = {
  minCapacity: 1,
  maxCapacity: 4,
  targetValue: null,
  scaleOutCooldownSeconds: 300,
  scaleInCooldownSeconds: 300,
};

/**
 * What `up` was told, over what the experiment has, over the defaults.
 * @throws MlbenchError `bad-instances`, `bad-capacity`, `bad-target-value`, … (exit code 2)
 */
export function settleUp(options: UpOptions, before: UpSettings): UpSettings {
  const settings: UpSettings = {
    modelPath: options.modelPath ?? before.modelPath,
    endpointName: options.endpointName ?? before.endpointName,
    instanceType: options.instanceType ?? before.instanceType,
    instances: options.instances ?? before.instances,
    autoscaling: settleAutoscaling(options, before.autoscaling),
    api: settleApi(options, before.api),
  };
  checkSettings(settings, options);
  return settings;
}

function settleAutoscaling(
  options: UpOptions,
  before: AutoscalingSettings | null,
): AutoscalingSettings | null {
  const named = [
    options.minCapacity,
    options.maxCapacity,
    options.targetValue,
    options.scaleOutCooldownSeconds,
    options.scaleInCooldownSeconds,
  ].some((value) => value !== undefined);
  if (options.autoscaling === false) {
    if (named) {
      throw userError(
        'autoscaling-contradiction',
        '--no-autoscaling contradicts --min, --max, --target-value and the cooldowns',
        'leave out either --no-autoscaling or the settings of autoscaling',
      );
    }
    return null;
  }
  if (!before && !named && options.autoscaling !== true) return null;
  const base = before ?? defaultAutoscaling;
  return {
    minCapacity: options.minCapacity ?? base.minCapacity,
    maxCapacity: options.maxCapacity ?? Math.max(base.maxCapacity, options.minCapacity ?? 0),
    targetValue: options.targetValue ?? base.targetValue,
    scaleOutCooldownSeconds: options.scaleOutCooldownSeconds ?? base.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: options.scaleInCooldownSeconds ?? base.scaleInCooldownSeconds,
  };
}

function settleApi(options: UpOptions, before: UpSettings['api']): UpSettings['api'] {
  if (options.api === false) return null;
  if (options.apiPort !== undefined) return { port: options.apiPort };
  return before ?? (options.api === true ? { port: 0 } : null);
}

function checkSettings(settings: UpSettings, options: UpOptions): void {
  checkWhole('--instances', settings.instances, 1);
  if (!/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(settings.instanceType)) {
    throw userError(
      'bad-instance-type',
      `--instance-type: "${settings.instanceType}" is not an instance type of SageMaker hosting`,
      'name one like ml.m5.large or ml.c5.xlarge',
    );
  }
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(settings.endpointName)) {
    throw userError(
      'bad-endpoint-name',
      `--endpoint-name: "${settings.endpointName}" is not an endpoint name`,
      'use up to 63 letters, digits and hyphens, starting and ending with a letter or digit',
    );
  }
  const autoscaling = settings.autoscaling;
  if (!autoscaling) return;
  checkWhole('--min', autoscaling.minCapacity, 1);
  checkWhole('--max', autoscaling.maxCapacity, 1);
  checkWhole('--scale-out-cooldown', autoscaling.scaleOutCooldownSeconds, 0);
  checkWhole('--scale-in-cooldown', autoscaling.scaleInCooldownSeconds, 0);
  if (autoscaling.minCapacity > autoscaling.maxCapacity) {
    throw userError(
      'bad-capacity',
      `--min ${autoscaling.minCapacity} is more than --max ${autoscaling.maxCapacity}`,
      `raise --max to ${autoscaling.minCapacity} or more`,
    );
  }
  if (autoscaling.targetValue !== null && !(autoscaling.targetValue > 0)) {
    throw userError(
      'bad-target-value',
      `--target-value: ${autoscaling.targetValue} is not a positive number of invocations`,
      'name the invocations a minute that one instance should carry',
    );
  }
  if (/^ml\.t2\./.test(settings.instanceType) && autoscaling.maxCapacity > 0) {
    throw userError(
      'burstable-instance-type',
      `--instance-type: ${settings.instanceType} is burstable, and AWS refuses autoscaling on burstable types`,
      'choose another type, such as ml.m5.large, or pass --no-autoscaling',
    );
  }
  if (options.instances !== undefined && options.instances > autoscaling.maxCapacity) {
    throw userError(
      'bad-instances',
      `--instances ${options.instances} is more than --max ${autoscaling.maxCapacity}`,
      `raise --max to ${options.instances} or more`,
    );
  }
}

function checkWhole(flag: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw userError(
    'bad-number',
    `${flag}: ${value} is not a whole number of at least ${least}`,
    `pass a whole number of at least ${least}`,
  );
}
