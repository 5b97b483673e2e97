import { resolve } from 'node:path';
import { z } from 'zod';
import { userError } from '../core/errors.ts';
import type { StandInOptions } from '../localcloud/options.ts';
import { trackedMetrics } from '../scaling/policies/tracked-metric.ts';
import type { PolicyFile } from './policy-file.ts';
import type { UpOptions } from './up-options.ts';

/** Of an API that is open to whoever knows its URL, before an endpoint that costs by the hour and not by the request. */
const defaultThrottleRps = 1_000;

const settingsSchema = z.strictObject({
  /** Null: the sample model of this package. */
  modelPath: z.string().nullable(),
  /** Null: the serving program of this package. */
  image: z.string().nullable().default(null),
  /** Null: `defaultBaseImage`. */
  baseImage: z.string().nullable().default(null),
  /** Null: a role named after the experiment. */
  roleArn: z.string().nullable().default(null),
  /** `s3://…` of an archive that is there already; null: `modelPath` is packed and uploaded. */
  modelDataUrl: z.string().nullable().default(null),
  endpointName: z.string(),
  /** The variant of an endpoint that somebody else made and that is never altered; null: the endpoint is ours. */
  broughtVariant: z.string().nullable().default(null),
  instanceType: z.string(),
  instances: z.number(),
  autoscaling: z
    .strictObject({
      minCapacity: z.number(),
      maxCapacity: z.number(),
      metric: z.enum(trackedMetrics).default('invocations'),
      /** Null: derived from the capacity of one instance. */
      targetValue: z.number().nullable(),
      scaleOutCooldownSeconds: z.number(),
      scaleInCooldownSeconds: z.number(),
      /** Policies from files, in place of the one that the numbers above make; null: that one. */
      policies: z.array(z.custom<PolicyFile>(isObject)).nullable().default(null),
    })
    .nullable(),
  api: z.strictObject({ port: z.number(), throttleRps: z.number().default(defaultThrottleRps) }).nullable(),
  /** When AWS is to delete the endpoint; null: never by itself. */
  expiresAt: z.iso.datetime().nullable().default(null),
  /** What was asked of the stand-in, for when it must be started again. */
  standIn: z
    .strictObject({
      port: z.number(),
      timeScale: z.number(),
      createTimeMs: z.number(),
      provisionTimeMs: z.number(),
      metricDelayMs: z.number(),
      capacity: z.strictObject({
        serviceTimeMs: z.number().nullable(),
        concurrency: z.number().nullable(),
        queue: z.number(),
      }),
      runtime: z.enum(['process', 'docker']),
      instanceQuota: z.number(),
      region: z.string(),
      seed: z.number(),
    })
    .partial(),
});

/** An experiment's settings with nothing left open; kept in the ledger for the next `up`. */
export type UpSettings = Omit<z.infer<typeof settingsSchema>, 'standIn'> & {
  standIn: Partial<StandInOptions>;
};
export type AutoscalingSettings = NonNullable<UpSettings['autoscaling']>;

export function defaultUpSettings(endpointName: string): UpSettings {
  return {
    modelPath: null,
    image: null,
    baseImage: null,
    roleArn: null,
    modelDataUrl: null,
    endpointName,
    broughtVariant: null,
    instanceType: 'ml.m5.large',
    instances: 1,
    autoscaling: defaultAutoscaling,
    api: defaultApi,
    expiresAt: null,
    standIn: {},
  };
}

const defaultApi = { port: 0, throttleRps: defaultThrottleRps };

/** AWS's own cooldowns; https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html */
const defaultAutoscaling: AutoscalingSettings = {
  minCapacity: 1,
  maxCapacity: 4,
  metric: 'invocations',
  targetValue: null,
  scaleOutCooldownSeconds: 300,
  scaleInCooldownSeconds: 300,
  policies: null,
};

/** @throws MlbenchError `ledger-unreadable`: `content` is not what an `up` has written */
export function readUpSettings(content: unknown, ledgerPath: string): UpSettings {
  const parsed = settingsSchema.safeParse(content);
  if (parsed.success) return parsed.data as UpSettings;
  const issue = parsed.error.issues[0];
  throw userError(
    'ledger-unreadable',
    `the ledger ${ledgerPath} cannot be read: options.${issue?.path.join('.')}: ${issue?.message}`,
    'restore it, or use the version of mlbench that wrote it',
  );
}

/**
 * What `up` was told, over what the experiment has, or over the defaults. `checkUpSettings` says whether it makes sense.
 * @param policies what was read from the files that `options` name
 */
export function resolveUp(
  options: UpOptions,
  before: UpSettings,
  policies?: readonly PolicyFile[],
): UpSettings {
  return {
    ...resolveModel(options, before),
    image: options.image ?? before.image,
    baseImage: options.baseImage ?? before.baseImage,
    roleArn: options.roleArn ?? before.roleArn,
    endpointName: options.endpointName ?? before.endpointName,
    broughtVariant: before.broughtVariant,
    instanceType: options.instanceType ?? before.instanceType,
    instances: options.instances ?? before.instances,
    autoscaling: resolveAutoscaling(options, before.autoscaling, policies),
    api: resolveApi(options, before.api),
    // Only where it is deployed is it known what an hour costs: `expiry.ts`.
    expiresAt: before.expiresAt,
    standIn: { ...before.standIn, ...options.standIn },
  };
}

function resolveModel(
  { modelPath, modelDataUrl }: UpOptions,
  before: UpSettings,
): Pick<UpSettings, 'modelPath' | 'modelDataUrl'> {
  if (modelPath !== undefined && modelDataUrl !== undefined)
    throw userError(
      'model-contradiction',
      `--model ${modelPath} contradicts --model-data ${modelDataUrl}: both say what to deploy`,
      'leave out one of them',
    );
  if (modelPath !== undefined) return { modelPath: resolve(modelPath), modelDataUrl: null };
  return { modelPath: before.modelPath, modelDataUrl: modelDataUrl ?? before.modelDataUrl };
}

/** For the sample request beside it; undefined: the model is not on this machine. */
export function modelPathOf(settings: UpSettings | null): string | null | undefined {
  if (settings === null) return null;
  return settings.modelDataUrl === null && settings.broughtVariant === null ? settings.modelPath : undefined;
}

function resolveAutoscaling(
  options: UpOptions,
  before: AutoscalingSettings | null,
  policies: readonly PolicyFile[] | undefined,
): AutoscalingSettings | null {
  const { autoscaling, minCapacity, maxCapacity, metric, targetValue } = options;
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = options;
  const tracking = [metric, targetValue, scaleOutCooldownSeconds, scaleInCooldownSeconds];
  const tracks = tracking.some((value) => value !== undefined);
  const anyNamed = tracks || [minCapacity, maxCapacity, policies].some((value) => value !== undefined);
  if (autoscaling === false) {
    if (!anyNamed) return null;
    throw userError(
      'autoscaling-contradiction',
      '--no-autoscaling contradicts --min, --max, --metric, --target-value, --policy and the cooldowns',
      'leave out either --no-autoscaling or the settings of autoscaling',
    );
  }
  if (policies && tracks)
    throw userError(
      'policy-contradiction',
      '--policy contradicts --metric, --target-value and the cooldowns: the file says them',
      'leave out either --policy or the others',
    );
  if (!before && !anyNamed && autoscaling !== true) return null;
  const base = before ?? defaultAutoscaling;
  return {
    minCapacity: minCapacity ?? base.minCapacity,
    maxCapacity: maxCapacity ?? base.maxCapacity,
    metric: metric ?? base.metric,
    // A target in another metric's unit means nothing.
    targetValue: targetValue ?? (metric === undefined || metric === base.metric ? base.targetValue : null),
    scaleOutCooldownSeconds: scaleOutCooldownSeconds ?? base.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: scaleInCooldownSeconds ?? base.scaleInCooldownSeconds,
    policies: policies ? [...policies] : tracks ? null : base.policies,
  };
}

/** The ledger's own policies were checked before they were written. */
function isObject(content: unknown): boolean {
  return typeof content === 'object' && content !== null;
}

function resolveApi(options: UpOptions, before: UpSettings['api']): UpSettings['api'] {
  const { api, apiPort, apiThrottleRps } = options;
  if (api === false) return null;
  if (!before && !api && apiPort === undefined && apiThrottleRps === undefined) return null;
  const base = before ?? defaultApi;
  return { port: apiPort ?? base.port, throttleRps: apiThrottleRps ?? base.throttleRps };
}
