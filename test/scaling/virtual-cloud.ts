import { metricKey, type ObservedDatapoint } from '../../src/scaling/alarms/metric.ts';
import type { CapacityObservation, ChangeOutcome } from '../../src/scaling/engine/change.ts';
import { putPolicy, registerTarget } from '../../src/scaling/engine/edit-targets.ts';
import {
  createScalingState,
  type ObservedCapacity,
  type ScalingCommand,
  type ScalingEvent,
  type ScalingState,
} from '../../src/scaling/engine/state.ts';
import { type StepInput, step } from '../../src/scaling/engine/step.ts';
import { checkPolicy } from '../../src/scaling/policies/kinds/check-policy.ts';
import type { PolicyRequest } from '../../src/scaling/policies/kinds/policy-kinds.ts';

export const startMs = Date.parse('2026-11-22T15:00:00Z');
export const resourceId = 'endpoint/e/variant/v';
export const minute = 60_000;
const tickMs = 10_000;

/** A variant under load: it starts with the least count, and takes its time to change. */
export interface VirtualVariant {
  /** Requests a minute, by the minute since the start. */
  load: (minute: number) => number;
  minutes: number;
  min: number;
  max: number;
  provisionMs: number;
  metricDelayMs: number;
  /** SageMaker refuses these attempts, by number from 1. */
  refuse?: readonly number[];
}

/** A variant, and the one policy that scales it. */
export interface VirtualCloud extends VirtualVariant {
  target: number;
  cooldownSeconds: { out: number; in: number };
}

/** A change that the engine asked for, and how things stood then. */
interface Commanded extends ScalingCommand {
  cause: string;
  statusThen: string;
  instancesThen: number;
  range: { min: number; max: number };
  scaleInUntilMs: number;
  /** Of each alarm, what its last evaluation looked at, newest first. */
  evaluated: Record<string, number[]>;
}

export interface Recording {
  before: ScalingState;
  after: ScalingState;
  events: ScalingEvent[];
  commands: Commanded[];
  /** Every input with the instant at which it was given, for replaying. */
  inputs: { atMs: number; input: StepInput }[];
}

/** The variant as a target of scaling, without a policy. */
export function registeredVariant({
  min,
  max,
  metricDelayMs,
}: Pick<VirtualVariant, 'min' | 'max' | 'metricDelayMs'>): ScalingState {
  const settings = {
    region: 'us-east-1',
    accountId: '000000000000',
    seed: 'test',
    metricDelayMs,
    maxScaleInStep: null,
    maxActivities: 1_000,
  };
  const registration = {
    resourceId,
    minCapacity: min,
    maxCapacity: max,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    tags: {},
  };
  return registerTarget(createScalingState(settings, startMs), registration, atRest(min), startMs).state;
}

export function putChecked(state: ScalingState, policyName: string, request: PolicyRequest): ScalingState {
  const checked = checkPolicy(request, { endpointName: 'e', variantName: 'v' });
  if ('problem' in checked) throw new Error(checked.problem);
  return putPolicy(state, resourceId, policyName, checked.policy, startMs).state;
}

/** Holds the invocations of an instance in a minute at the target. */
export function trackingPolicy(target: number, cooldownSeconds: { out: number; in: number }): PolicyRequest {
  return {
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: target,
      PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      ScaleOutCooldown: cooldownSeconds.out,
      ScaleInCooldown: cooldownSeconds.in,
    },
  };
}

export function scaledVariant(cloud: VirtualCloud): ScalingState {
  return putChecked(registeredVariant(cloud), 'p', trackingPolicy(cloud.target, cloud.cooldownSeconds));
}

export function runCloud(cloud: VirtualCloud): Recording {
  return drive(scaledVariant(cloud), cloud);
}

/** Drives the engine as the stand-in would, every ten seconds. */
export function drive(before: ScalingState, variant: VirtualVariant): Recording {
  const key = keyOf(before);
  const recording: Recording = { before, after: before, events: [], commands: [], inputs: [] };
  let capacity = atRest(variant.min);
  let readyAtMs = 0;
  let perInstance = 0;

  const give = (nowMs: number, input: StepInput) => {
    recording.inputs.push({ atMs: nowMs, input });
    const taken = step(recording.after, nowMs, input);
    recording.after = taken.state;
    recording.events.push(...taken.events);
    return taken.commands;
  };
  /** When the driver comes to it: a schedule may have asked some seconds earlier. */
  const carryOut = (command: ScalingCommand, nowMs: number): ChangeOutcome => {
    recording.commands.push(commanded(command, recording.after, capacity));
    const { activityId } = command;
    const refused = variant.refuse?.includes(recording.commands.length) ?? false;
    if (refused)
      return { activityId, resourceId, atMs: nowMs + 1, refusal: 'Cannot update in-progress endpoint "e".' };
    capacity = { ...capacity, endpointStatus: 'Updating', desired: command.count };
    readyAtMs = nowMs + variant.provisionMs;
    return { activityId, resourceId, atMs: nowMs + 1, refusal: null };
  };

  for (let nowMs = startMs + tickMs; nowMs <= startMs + variant.minutes * minute; nowMs += tickMs) {
    perInstance += variant.load(Math.floor((nowMs - tickMs - startMs) / minute)) / 6 / capacity.current;
    if (capacity.endpointStatus === 'Updating' && nowMs >= readyAtMs) capacity = atRest(capacity.desired);
    const datapoints: ObservedDatapoint[] = [];
    if ((nowMs - startMs) % minute === 0) {
      const value = Number(perInstance.toFixed(6));
      const visibleAtMs = nowMs + variant.metricDelayMs;
      datapoints.push({ key, periodStartMs: nowMs - minute, value, visibleAtMs });
      perInstance = 0;
    }
    const seen: CapacityObservation = { resourceId, atMs: nowMs, capacity };
    const commands = give(nowMs, { datapoints, capacities: [seen] });
    if (commands.length > 0)
      give(nowMs + 1, { outcomes: commands.map((command) => carryOut(command, nowMs)) });
  }
  return recording;
}

/** Feeds the same inputs again, many at a time: `cuts` are how many go together, over and over. */
export function replay(recording: Recording, cuts: readonly number[]): Pick<Recording, 'after' | 'events'> {
  let state = recording.before;
  const events: ScalingEvent[] = [];
  for (let from = 0, turn = 0; from < recording.inputs.length; turn++) {
    const batch = recording.inputs.slice(from, from + (cuts[turn % cuts.length] ?? 1));
    from += batch.length;
    const taken = step(state, batch.at(-1)?.atMs ?? 0, {
      datapoints: batch.flatMap(({ input }) => input.datapoints ?? []),
      capacities: batch.flatMap(({ input }) => input.capacities ?? []),
      outcomes: batch.flatMap(({ input }) => input.outcomes ?? []),
    });
    state = taken.state;
    events.push(...taken.events);
  }
  return { after: state, events };
}

function keyOf(state: ScalingState): string {
  const alarm = Object.values(state.alarms)[0];
  if (!alarm) throw new Error('the policy made no alarm');
  return metricKey(alarm.definition.metric);
}

function atRest(count: number): ObservedCapacity {
  return { endpointStatus: 'InService', current: count, desired: count };
}

function commanded(command: ScalingCommand, state: ScalingState, capacity: ObservedCapacity): Commanded {
  const target = state.targets[resourceId];
  return {
    ...command,
    cause: state.activities.find(({ activityId }) => activityId === command.activityId)?.cause ?? '',
    statusThen: capacity.endpointStatus,
    instancesThen: capacity.current,
    range: { min: target?.minCapacity ?? 0, max: target?.maxCapacity ?? 0 },
    scaleInUntilMs: target?.cooldowns.scaleIn?.untilMs ?? 0,
    evaluated: Object.fromEntries(
      Object.entries(state.alarms).map(([name, { evaluated }]) => [
        name,
        evaluated.map(({ value }) => value),
      ]),
    ),
  };
}
