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

export const startMs = Date.parse('2026-11-22T15:00:00Z');
export const resourceId = 'endpoint/e/variant/v';
export const minute = 60_000;
const tickMs = 10_000;

export interface VirtualCloud {
  /** Requests a minute, by the minute since the start. */
  load: (minute: number) => number;
  minutes: number;
  target: number;
  min: number;
  max: number;
  cooldownSeconds: { out: number; in: number };
  provisionMs: number;
  metricDelayMs: number;
  /** SageMaker refuses these attempts, by number from 1. */
  refuse?: readonly number[];
}

export interface Recording {
  before: ScalingState;
  after: ScalingState;
  events: ScalingEvent[];
  commands: (ScalingCommand & { statusThen: string; instancesThen: number })[];
  /** Every input with the instant at which it was given, for replaying. */
  inputs: { atMs: number; input: StepInput }[];
}

export function scaledVariant(cloud: VirtualCloud): ScalingState {
  const settings = {
    region: 'us-east-1',
    accountId: '000000000000',
    seed: 'test',
    metricDelayMs: cloud.metricDelayMs,
    maxScaleInStep: null,
    maxActivities: 1_000,
  };
  const registration = {
    resourceId,
    minCapacity: cloud.min,
    maxCapacity: cloud.max,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    tags: {},
  };
  const capacity = { endpointStatus: 'InService', current: cloud.min, desired: cloud.min };
  const registered = registerTarget(createScalingState(settings, startMs), registration, capacity, startMs);
  const checked = checkPolicy(
    {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: cloud.target,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        ScaleOutCooldown: cloud.cooldownSeconds.out,
        ScaleInCooldown: cloud.cooldownSeconds.in,
      },
    },
    { endpointName: 'e', variantName: 'v' },
  );
  if ('problem' in checked) throw new Error(checked.problem);
  return putPolicy(registered.state, resourceId, 'p', checked.policy, startMs).state;
}

/** Drives the engine as the stand-in would, every ten seconds, against a variant that takes its time to change. */
export function runCloud(cloud: VirtualCloud): Recording {
  const before = scaledVariant(cloud);
  const key = keyOf(before);
  const recording: Recording = { before, after: before, events: [], commands: [], inputs: [] };
  let capacity: ObservedCapacity = { endpointStatus: 'InService', current: cloud.min, desired: cloud.min };
  let readyAtMs = 0;
  let attempts = 0;
  let perInstance = 0;

  const give = (nowMs: number, input: StepInput) => {
    recording.inputs.push({ atMs: nowMs, input });
    const taken = step(recording.after, nowMs, input);
    recording.after = taken.state;
    recording.events.push(...taken.events);
    return taken.commands;
  };
  const carryOut = (command: ScalingCommand): ChangeOutcome => {
    attempts += 1;
    recording.commands.push({
      ...command,
      statusThen: capacity.endpointStatus,
      instancesThen: capacity.current,
    });
    const refusal = cloud.refuse?.includes(attempts) ? 'Cannot update in-progress endpoint "e".' : null;
    if (refusal === null) {
      capacity = { ...capacity, endpointStatus: 'Updating', desired: command.count };
      readyAtMs = command.atMs + cloud.provisionMs;
    }
    return { activityId: command.activityId, resourceId, atMs: command.atMs + 1, refusal };
  };

  for (let nowMs = startMs + tickMs; nowMs <= startMs + cloud.minutes * minute; nowMs += tickMs) {
    perInstance += cloud.load(Math.floor((nowMs - tickMs - startMs) / minute)) / 6 / capacity.current;
    if (capacity.endpointStatus === 'Updating' && nowMs >= readyAtMs)
      capacity = { endpointStatus: 'InService', current: capacity.desired, desired: capacity.desired };
    const datapoints: ObservedDatapoint[] = [];
    if ((nowMs - startMs) % minute === 0) {
      const value = Number(perInstance.toFixed(6));
      datapoints.push({
        key,
        periodStartMs: nowMs - minute,
        value,
        visibleAtMs: nowMs + cloud.metricDelayMs,
      });
      perInstance = 0;
    }
    const seen: CapacityObservation = { resourceId, atMs: nowMs, capacity };
    const commands = give(nowMs, { datapoints, capacities: [seen] });
    if (commands.length > 0) give(nowMs + 1, { outcomes: commands.map(carryOut) });
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
