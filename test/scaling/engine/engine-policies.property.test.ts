import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmDefinition, ComparisonOperator } from '../../../src/scaling/alarms/alarm.ts';
import { type MetricRef, metricKey } from '../../../src/scaling/alarms/metric.ts';
import type { CapacityObservation, ChangeOutcome } from '../../../src/scaling/engine/change.ts';
import { putAlarm } from '../../../src/scaling/engine/edit-alarms.ts';
import { putScheduledAction } from '../../../src/scaling/engine/edit-scheduled-actions.ts';
import { putPolicy, registerTarget } from '../../../src/scaling/engine/edit-targets.ts';
import {
  createScalingState,
  type ObservedCapacity,
  type ScalingCommand,
  type ScalingEvent,
  type ScalingState,
} from '../../../src/scaling/engine/state.ts';
import { type StepInput, step } from '../../../src/scaling/engine/step.ts';
import { checkPolicy } from '../../../src/scaling/policies/kinds/check-policy.ts';
import type { PolicyRequest } from '../../../src/scaling/policies/kinds/policy-kinds.ts';

const startMs = Date.parse('2026-11-22T15:00:00Z');
const minute = 60_000;
const tickMs = 10_000;
const resourceId = 'endpoint/e/variant/v';
const variant = { endpointName: 'e', variantName: 'v' };
const metric: MetricRef = {
  namespace: 'AWS/SageMaker',
  metricName: 'InvocationsPerInstance',
  dimensions: { EndpointName: 'e', VariantName: 'v' },
  statistic: 'Sum',
  periodMs: minute,
};

interface Plan {
  loads: number[];
  steps: { adjustmentType: string; adjustments: [number, number, number, number] };
  aggregation: string;
  cooldown: number;
  target: number | null;
  min: number;
  extra: number;
  schedule: { second: number; min: number | null; max: number | null }[];
  provisionMs: number;
  metricDelayMs: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  loads: fc
    .array(
      fc.record({ minutes: fc.integer({ min: 1, max: 15 }), load: fc.integer({ min: 0, max: 1_500 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((stretches) => stretches.flatMap(({ minutes, load }) => Array<number>(minutes).fill(load))),
  steps: fc.oneof(
    fc.record({
      adjustmentType: fc.constantFrom('ChangeInCapacity', 'PercentChangeInCapacity'),
      adjustments: fc.tuple(
        fc.integer({ min: -60, max: 0 }),
        fc.integer({ min: -30, max: 0 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 300 }),
      ),
    }),
    fc.record({
      adjustmentType: fc.constant('ExactCapacity'),
      adjustments: fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 30 }),
      ),
    }),
  ),
  aggregation: fc.constantFrom('Average', 'Minimum', 'Maximum'),
  cooldown: fc.integer({ min: 0, max: 600 }),
  target: fc.option(fc.integer({ min: 10, max: 500 })),
  min: fc.integer({ min: 1, max: 3 }),
  extra: fc.integer({ min: 0, max: 12 }),
  schedule: fc.array(
    fc.record({
      second: fc.integer({ min: 1, max: 3_000 }),
      min: fc.option(fc.integer({ min: 1, max: 10 })),
      max: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
    { maxLength: 4 },
  ),
  provisionMs: fc.integer({ min: 0, max: 8 * minute }),
  metricDelayMs: fc.integer({ min: 0, max: 3 * minute }),
});

const runs = { numRuns: 60, seed: 20_261_122 };

describe('with steps, target tracking and a schedule at once', () => {
  it('every count asked for is within the range of that moment', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { command, range } of play(plan).commands) {
          expect(command.count).toBeGreaterThanOrEqual(range.min);
          expect(command.count).toBeLessThanOrEqual(range.max);
        }
      }),
      runs,
    );
  });

  it('a change is asked for only when the endpoint is InService, never two at once', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { commands, after } = play(plan);
        for (const { statusThen } of commands) expect(statusThen).toBe('InService');
        const open = after.activities.filter(({ status }) => ['Pending', 'InProgress'].includes(status));
        expect(open.length).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('no alarm scales in during the cooldown of a scale-in', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { command, cause, scaleInUntilMs, instancesThen } of play(plan).commands)
          if (command.count < instancesThen && cause.startsWith('monitor alarm'))
            expect(command.atMs).toBeGreaterThanOrEqual(scaleInUntilMs);
      }),
      runs,
    );
  });

  it('the same happens again, however observations are batched', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(plans, cuts, (plan, sizes) => {
        const first = play(plan);
        expect(play(plan)).toEqual(first);
        const again = replay(first, sizes);
        expect(again.events).toEqual(first.events);
        expect(again.after).toEqual(first.after);
      }),
      runs,
    );
  });

  it('the plans do scale, by steps, by tracking and by schedule', () => {
    const causes = fc.sample(plans, { numRuns: 60, seed: 1 }).flatMap((plan) => play(plan).commands);
    for (const word of ['triggered policy steps', 'triggered policy tracks', 'capacity was set to'])
      expect(causes.some(({ cause }) => cause.includes(word))).toBe(true);
  });
});

function prepare(plan: Plan): ScalingState {
  const settings = {
    region: 'us-east-1',
    accountId: '000000000000',
    seed: 'test',
    metricDelayMs: plan.metricDelayMs,
    maxScaleInStep: null,
    maxActivities: 1_000,
  };
  const registration = {
    resourceId,
    minCapacity: plan.min,
    maxCapacity: plan.min + plan.extra,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    tags: {},
  };
  const capacity = { endpointStatus: 'InService', current: plan.min, desired: plan.min };
  let state = registerTarget(createScalingState(settings, startMs), registration, capacity, startMs).state;
  const put = (name: string, request: PolicyRequest) => {
    const checked = checkPolicy(request, variant);
    if ('problem' in checked) throw new Error(checked.problem);
    state = putPolicy(state, resourceId, name, checked.policy, startMs).state;
  };
  put('steps', stepPolicy(plan));
  const alarmActions = [state.targets[resourceId]?.policies.steps?.policyArn ?? ''];
  const alarm = (alarmName: string, comparison: ComparisonOperator, threshold: number) => {
    state = putAlarm(state, { ...blankAlarm, alarmName, alarmActions, comparison, threshold }, startMs).state;
  };
  alarm('busy', 'GreaterThanThreshold', 200);
  alarm('idle', 'LessThanThreshold', 40);
  if (plan.target !== null)
    put('tracks', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: plan.target,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        ScaleOutCooldown: plan.cooldown,
        ScaleInCooldown: plan.cooldown,
      },
    });
  plan.schedule.forEach(({ second, min, max }, index) => {
    const at = new Date(startMs + second * 1_000).toISOString().slice(0, 19);
    const never = { timeZone: null, startMs: null, endMs: null };
    const action = { ...never, schedule: `at(${at})`, minCapacity: min, maxCapacity: max };
    state = putScheduledAction(state, resourceId, `a${index}`, action, startMs).state;
  });
  return state;
}

function stepPolicy({ steps, aggregation, cooldown }: Plan): PolicyRequest {
  const [farBelow, below, above, farAbove] = steps.adjustments;
  return {
    StepScalingPolicyConfiguration: {
      AdjustmentType: steps.adjustmentType,
      Cooldown: cooldown,
      MetricAggregationType: aggregation,
      StepAdjustments: [
        { MetricIntervalUpperBound: -20, ScalingAdjustment: farBelow },
        { MetricIntervalLowerBound: -20, MetricIntervalUpperBound: 0, ScalingAdjustment: below },
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 100, ScalingAdjustment: above },
        { MetricIntervalLowerBound: 100, ScalingAdjustment: farAbove },
      ],
    },
  };
}

const blankAlarm: Omit<AlarmDefinition, 'alarmName' | 'comparison' | 'threshold'> = {
  alarmArn: 'arn',
  description: undefined,
  actionsEnabled: true,
  okActions: [],
  alarmActions: [],
  insufficientDataActions: [],
  metric,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: undefined,
  evaluateLowSampleCountPercentile: undefined,
};

interface Played {
  before: ScalingState;
  after: ScalingState;
  events: ScalingEvent[];
  inputs: { atMs: number; input: StepInput }[];
  commands: {
    command: ScalingCommand;
    cause: string;
    statusThen: string;
    instancesThen: number;
    range: { min: number; max: number };
    scaleInUntilMs: number;
  }[];
}

/** Drives the engine every ten seconds against a variant that takes its time to change. */
function play(plan: Plan): Played {
  const before = prepare(plan);
  const played: Played = { before, after: before, events: [], inputs: [], commands: [] };
  let capacity: ObservedCapacity = { endpointStatus: 'InService', current: plan.min, desired: plan.min };
  let readyAtMs = 0;
  let perInstance = 0;
  const give = (nowMs: number, input: StepInput) => {
    played.inputs.push({ atMs: nowMs, input });
    const taken = step(played.after, nowMs, input);
    played.after = taken.state;
    played.events.push(...taken.events);
    return taken.commands;
  };
  /** When the driver comes to it: a schedule may have asked some seconds earlier. */
  const carryOut = (command: ScalingCommand, nowMs: number): ChangeOutcome => {
    const target = played.after.targets[resourceId];
    played.commands.push({
      command,
      cause: played.after.activities.find(({ activityId }) => activityId === command.activityId)?.cause ?? '',
      statusThen: capacity.endpointStatus,
      instancesThen: capacity.current,
      range: { min: target?.minCapacity ?? 0, max: target?.maxCapacity ?? 0 },
      scaleInUntilMs: target?.cooldowns.scaleIn?.untilMs ?? 0,
    });
    capacity = { ...capacity, endpointStatus: 'Updating', desired: command.count };
    readyAtMs = nowMs + plan.provisionMs;
    return { activityId: command.activityId, resourceId, atMs: nowMs + 1, refusal: null };
  };
  for (let nowMs = startMs + tickMs; nowMs <= startMs + (plan.loads.length + 20) * minute; nowMs += tickMs) {
    perInstance += (plan.loads[Math.floor((nowMs - tickMs - startMs) / minute)] ?? 0) / 6 / capacity.current;
    if (capacity.endpointStatus === 'Updating' && nowMs >= readyAtMs)
      capacity = { endpointStatus: 'InService', current: capacity.desired, desired: capacity.desired };
    const ends = (nowMs - startMs) % minute === 0;
    const datapoints = ends
      ? [
          {
            key: metricKey(metric),
            periodStartMs: nowMs - minute,
            value: Number(perInstance.toFixed(6)),
            visibleAtMs: nowMs + plan.metricDelayMs,
          },
        ]
      : [];
    if (ends) perInstance = 0;
    const seen: CapacityObservation = { resourceId, atMs: nowMs, capacity };
    const commands = give(nowMs, { datapoints, capacities: [seen] });
    if (commands.length > 0)
      give(nowMs + 1, { outcomes: commands.map((command) => carryOut(command, nowMs)) });
  }
  return played;
}

/** Feeds the same inputs again, many at a time. */
function replay(played: Played, cuts: readonly number[]): Pick<Played, 'after' | 'events'> {
  let state = played.before;
  const events: ScalingEvent[] = [];
  for (let from = 0, turn = 0; from < played.inputs.length; turn++) {
    const batch = played.inputs.slice(from, from + (cuts[turn % cuts.length] ?? 1));
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
