import { z } from 'zod';
import { trackedMetricNames, usualTracked } from '../../catalog/metrics.ts';
import { userError } from '../../core/errors.ts';
import type { NamedStandInOptions } from '../../localcloud/options.ts';
import type { PolicyFile } from '../policies/policy-file.ts';
import { sampleRecordSchema } from './sample-request.ts';
import { upDefaults } from './up-defaults.ts';

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
  /** Of the model that is packed; null: none was tried. */
  sample: sampleRecordSchema.nullable().default(null),
  endpointName: z.string(),
  /** The variant of an endpoint that somebody else made and that is never altered; null: the endpoint is ours. */
  broughtVariant: z.string().nullable().default(null),
  instanceType: z.string(),
  instances: z.number(),
  autoscaling: z
    .strictObject({
      minCapacity: z.number(),
      maxCapacity: z.number(),
      metric: z.enum(trackedMetricNames).default(usualTracked),
      /** Null: derived from the capacity of one instance. */
      targetValue: z.number().nullable(),
      scaleOutCooldownSeconds: z.number(),
      scaleInCooldownSeconds: z.number(),
      /** Policies from files, in place of the one that the numbers above make; null: that one. */
      policies: z.array(z.custom<PolicyFile>(isObject)).nullable().default(null),
    })
    .nullable(),
  api: z
    .strictObject({
      port: z.number(),
      throttleRps: z.number().default(upDefaults.api.throttleRps),
      /** Whose web pages may call it on the stand-in. */
      origins: z.array(z.string()).default(upDefaults.api.origins),
    })
    .nullable(),
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
      capacity: z
        .strictObject({
          serviceTimeMs: z.number().nullable(),
          concurrency: z.number().nullable(),
          queue: z.number(),
        })
        .partial(),
      runtime: z.enum(['process', 'docker']),
      instanceQuota: z.number(),
      region: z.string(),
      hosts: z.array(z.string()),
      seed: z.number(),
    })
    .partial(),
});

/** An experiment's settings with nothing left open; kept in the ledger for the next `up`. */
export type UpSettings = Omit<z.infer<typeof settingsSchema>, 'standIn'> & {
  standIn: NamedStandInOptions;
};
export type AutoscalingSettings = NonNullable<UpSettings['autoscaling']>;

export function defaultUpSettings(endpointName: string): UpSettings {
  return {
    modelPath: null,
    image: null,
    baseImage: null,
    roleArn: null,
    modelDataUrl: null,
    sample: null,
    endpointName,
    broughtVariant: null,
    instanceType: upDefaults.instanceType,
    instances: upDefaults.instances,
    autoscaling: defaultAutoscaling,
    api: defaultApi,
    expiresAt: null,
    standIn: {},
  };
}

export const defaultApi: NonNullable<UpSettings['api']> = upDefaults.api;

export const defaultAutoscaling: AutoscalingSettings = {
  ...upDefaults.autoscaling,
  targetValue: null,
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

/** Those of a new endpoint; later autoscaling decides. */
export function firstInstances({ instances, autoscaling }: UpSettings): number {
  return Math.max(instances, autoscaling?.minCapacity ?? 1);
}

/** As many as autoscaling may make of them. */
export function mostInstances(settings: UpSettings): number {
  return Math.max(firstInstances(settings), settings.autoscaling?.maxCapacity ?? 1);
}

/** The ledger's own policies were checked before they were written. */
function isObject(content: unknown): boolean {
  return typeof content === 'object' && content !== null;
}
