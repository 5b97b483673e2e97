import { resolve } from 'node:path';
import { z } from 'zod';
import { userError } from '../core/errors.ts';
import type { StandInOptions } from '../localcloud/options.ts';
import type { UpOptions } from './up-options.ts';

const settingsSchema = z.strictObject({
  /** Null: the sample model of this package. */
  modelPath: z.string().nullable(),
  endpointName: z.string(),
  instanceType: z.string(),
  instances: z.number(),
  autoscaling: z
    .strictObject({
      minCapacity: z.number(),
      maxCapacity: z.number(),
      /** Null: derived from the capacity of one instance. */
      targetValue: z.number().nullable(),
      scaleOutCooldownSeconds: z.number(),
      scaleInCooldownSeconds: z.number(),
    })
    .nullable(),
  api: z.strictObject({ port: z.number() }).nullable(),
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
    endpointName,
    instanceType: 'ml.m5.large',
    instances: 1,
    autoscaling: defaultAutoscaling,
    api: { port: 0 },
    standIn: {},
  };
}

/** AWS's own cooldowns; https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html */
const defaultAutoscaling: AutoscalingSettings = {
  minCapacity: 1,
  maxCapacity: 4,
  targetValue: null,
  scaleOutCooldownSeconds: 300,
  scaleInCooldownSeconds: 300,
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

/** What `up` was told, over what the experiment has, or over the defaults. `checkUpSettings` says whether it makes sense. */
export function settleUp(options: UpOptions, before: UpSettings): UpSettings {
  return {
    modelPath: options.modelPath === undefined ? before.modelPath : resolve(options.modelPath),
    endpointName: options.endpointName ?? before.endpointName,
    instanceType: options.instanceType ?? before.instanceType,
    instances: options.instances ?? before.instances,
    autoscaling: settleAutoscaling(options, before.autoscaling),
    api: settleApi(options, before.api),
    standIn: { ...before.standIn, ...options.standIn },
  };
}

function settleAutoscaling(
  options: UpOptions,
  before: AutoscalingSettings | null,
): AutoscalingSettings | null {
  const { autoscaling, minCapacity, maxCapacity, targetValue } = options;
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = options;
  const named = { minCapacity, maxCapacity, targetValue, scaleOutCooldownSeconds, scaleInCooldownSeconds };
  const anyNamed = Object.values(named).some((value) => value !== undefined);
  if (autoscaling === false) {
    if (!anyNamed) return null;
    throw userError(
      'autoscaling-contradiction',
      '--no-autoscaling contradicts --min, --max, --target-value and the cooldowns',
      'leave out either --no-autoscaling or the settings of autoscaling',
    );
  }
  if (!before && !anyNamed && autoscaling !== true) return null;
  const base = before ?? defaultAutoscaling;
  return {
    minCapacity: minCapacity ?? base.minCapacity,
    maxCapacity: maxCapacity ?? base.maxCapacity,
    targetValue: targetValue ?? base.targetValue,
    scaleOutCooldownSeconds: scaleOutCooldownSeconds ?? base.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: scaleInCooldownSeconds ?? base.scaleInCooldownSeconds,
  };
}

function settleApi(options: UpOptions, before: UpSettings['api']): UpSettings['api'] {
  if (options.api === false) return null;
  if (options.apiPort !== undefined) return { port: options.apiPort };
  return before ?? (options.api ? { port: 0 } : null);
}
