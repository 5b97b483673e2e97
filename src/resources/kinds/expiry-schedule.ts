import { isDeepStrictEqual } from 'node:util';
import type { GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { retryUntilRoleKnown } from '../consistency/passing-refusals.ts';
import { difference, type Observed, type Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { type Nominee, namePrefix, nominee } from './kind/nominee.ts';
import { arnPattern, toFindOrphans } from './kind/permission.ts';

export interface ExpiryScheduleSpec {
  name: string;
  /** Epoch; it fires within the minute that begins then. Whole seconds: the rest is rounded up. */
  atMs: number;
  /** The role that makes the call. */
  roleArn: string;
  call: ScheduledCall;
}

/** A call of any AWS API, as the Scheduler's universal targets name it. */
interface ScheduledCall {
  /** `sagemaker` */
  service: string;
  /** `deleteEndpoint` */
  action: string;
  input: Record<string, string>;
}

export interface ExpiryScheduleState extends ExpiryScheduleSpec {
  /** False: somebody has switched it off. */
  enabled: boolean;
}

/**
 * A call that AWS makes once, at a moment to come, whether this machine is there or not: EventBridge Scheduler's
 * one-time schedule with a universal target, gone by itself once it has fired
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html). While the endpoint is
 * Updating the call is refused, so it may be tried again for a day; which refusals Scheduler tries again AWS does not
 * say.
 */
export const expiryScheduleKind: CloudKind<ExpiryScheduleSpec, ExpiryScheduleState> = {
  kind: 'expiry-schedule',
  identify: ({ name }) => ({ name }),
  foresee: (spec) => stateFor(spec),
  differences: (spec, state) => [
    ...(state.enabled ? [] : ['switched on again']),
    ...difference('expires', iso(state.atMs), iso(wholeSecondMs(spec.atMs))),
    ...difference('role', state.roleArn, spec.roleArn),
    ...(isDeepStrictEqual(state.call, spec.call)
      ? []
      : [`call ${callText(state.call)} → ${callText(spec.call)}`]),
  ],
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const state = stateFor(spec);
    const observed = await observe(spec.name, scope);
    if (observed && this.differences?.(spec, observed.state, undefined).length === 0) {
      return { outcome: 'unchanged', state };
    }
    if (observed) await update(spec, scope);
    else await create(spec, scope);
    return { outcome: observed ? 'updated' : 'created', state };
  },
  async remove({ name }, scope) {
    const { DeleteScheduleCommand } = await import('@aws-sdk/client-scheduler');
    const scheduler = await scope.clients.scheduler();
    await scheduler.send(new DeleteScheduleCommand({ Name: name })).catch((error: unknown) => {
      if (!isCloudError(error, 'ResourceNotFoundException')) throw error;
    });
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'scheduler:CreateSchedule',
        'scheduler:GetSchedule',
        'scheduler:UpdateSchedule',
        'scheduler:DeleteSchedule',
      ],
      resources: [arnPattern('scheduler', 'schedule/default/mlbench*')],
    },
    toFindOrphans('scheduler:ListSchedules'),
  ],
  async nominate({ clients }) {
    const { paginateListSchedules } = await import('@aws-sdk/client-scheduler');
    const client = await clients.scheduler();
    const found: Nominee[] = [];
    for await (const { Schedules } of paginateListSchedules({ client }, { NamePrefix: namePrefix }))
      found.push(...(Schedules ?? []).flatMap(({ Name, CreationDate }) => nominee(Name, CreationDate)));
    return found;
  },
};

async function create(spec: ExpiryScheduleSpec, scope: Scope): Promise<void> {
  const { CreateScheduleCommand } = await import('@aws-sdk/client-scheduler');
  const scheduler = await scope.clients.scheduler();
  const input = await inputOf(spec, scope);
  try {
    await retryUntilRoleKnown(() => scheduler.send(new CreateScheduleCommand(input)), scope);
  } catch (error) {
    // A create that was cut off and tried again.
    if (!isCloudError(error, 'ConflictException')) throw error;
    await update(spec, scope);
  }
}

async function update(spec: ExpiryScheduleSpec, scope: Scope): Promise<void> {
  const { UpdateScheduleCommand } = await import('@aws-sdk/client-scheduler');
  const scheduler = await scope.clients.scheduler();
  const input = await inputOf(spec, scope);
  await retryUntilRoleKnown(() => scheduler.send(new UpdateScheduleCommand(input)), scope);
}

async function inputOf({ name, atMs, roleArn, call }: ExpiryScheduleSpec, scope: Scope) {
  const { partition } = await scope.clients.place();
  return {
    Name: name,
    Description: descriptionOf(scope.experiment),
    ScheduleExpression: `at(${iso(wholeSecondMs(atMs)).replace(/Z$/, '')})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: `arn:${partition}:scheduler:::aws-sdk:${call.service}:${call.action}`,
      RoleArn: roleArn,
      Input: JSON.stringify(call.input),
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  } as const;
}

async function observe(name: string, scope: Scope): Promise<Observed<ExpiryScheduleState> | undefined> {
  const { GetScheduleCommand } = await import('@aws-sdk/client-scheduler');
  const scheduler = await scope.clients.scheduler();
  try {
    const found = await scheduler.send(new GetScheduleCommand({ Name: name }));
    return { state: stateOf(name, found), owner: ownerIn(found.Description) };
  } catch (error) {
    if (isCloudError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Whatever somebody made of it by hand reads as different, and is put right. */
function stateOf(
  name: string,
  { ScheduleExpression = '', ScheduleExpressionTimezone, State, Target }: GetScheduleCommandOutput,
): ExpiryScheduleState {
  const [, at = ''] = /^at\((.+)\)$/.exec(ScheduleExpression) ?? [];
  const utc = (ScheduleExpressionTimezone ?? 'UTC') === 'UTC';
  const [, service = '', action = ''] = /:aws-sdk:([^:]+):([^:]+)$/.exec(Target?.Arn ?? '') ?? [];
  return {
    name,
    atMs: utc ? Date.parse(`${at}Z`) || 0 : 0,
    roleArn: Target?.RoleArn ?? '',
    call: { service, action, input: inputIn(Target?.Input) },
    enabled: State !== 'DISABLED',
  };
}

function inputIn(text = ''): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

/** Schedules carry no tags (only groups of them do), so the description says whose it is. */
function descriptionOf(experiment: string): string {
  return `mlbench:experiment=${experiment}`;
}

function ownerIn(description = ''): string | null {
  return /^mlbench:experiment=(\S+)$/.exec(description)?.[1] ?? null;
}

function callText({ service, action, input }: ScheduledCall): string {
  return `${service}:${action} ${JSON.stringify(input)}`;
}

function stateFor(spec: ExpiryScheduleSpec): ExpiryScheduleState {
  return { ...spec, atMs: wholeSecondMs(spec.atMs), enabled: true };
}

function wholeSecondMs(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}

/** `2026-11-22T20:51:00Z` */
function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
