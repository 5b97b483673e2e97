import { createMetricStore } from '../../../src/localcloud/cloudwatch/metrics/metric-store.ts';
import { createScalingLoop } from '../../../src/localcloud/scaling/scaling-loop.ts';
import type { VariantControl } from '../../../src/localcloud/service/ports.ts';
import { createLevelCurve } from '../../../src/offered/levels/level-curve.ts';
import type { Activity } from '../../../src/scaling/engine/activity.ts';
import { putAlarm } from '../../../src/scaling/engine/edit-alarms.ts';
import { putScheduledAction } from '../../../src/scaling/engine/edit-scheduled-actions.ts';
import { putPolicy, registerTarget } from '../../../src/scaling/engine/edit-targets.ts';
import { checkScheduledAction } from '../../../src/scaling/policies/check-scheduled-action.ts';
import { checkPolicy } from '../../../src/scaling/policies/kinds/check-policy.ts';
import { policyAlarms } from '../../../src/scaling/policies/kinds/policy-alarms.ts';
import type { SimulationSpec } from '../../../src/scaling/simulate/spec.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const secondMs = 1_000;
const resourceId = 'endpoint/e/variant/v';
const variantId = { endpointName: 'e', variantName: 'v' };

/**
 * The stand-in's own scaling loop and metric store, on a clock that the test moves by seconds, with a second's requests
 * recorded in each: what the stand-in does with that load, without the requests.
 */
export async function runOnStandIn(spec: SimulationSpec): Promise<Activity[]> {
  const { autoscaling } = spec;
  if (!autoscaling) throw new Error('nothing to scale');
  const clock = new ManualClock(spec.startMs);
  const metrics = createMetricStore({ metricDelayMs: spec.metricDelayMs });
  const variant = createVariant(clock, spec);
  const loop = createScalingLoop({
    clock,
    metrics,
    variants: variant,
    settings: {
      region: 'us-east-1',
      accountId: '000000000000',
      seed: 'test',
      metricDelayMs: spec.metricDelayMs,
    },
  });
  const suspended = autoscaling.suspended ?? { scaleIn: false, scaleOut: false, scheduled: false };
  loop.apply((state, nowMs) =>
    registerTarget(
      state,
      { ...autoscaling, resourceId, suspended, tags: {} },
      loop.observe(variantId),
      nowMs,
    ),
  );
  for (const policy of autoscaling.policies) {
    const checked = checkPolicy(policy, variantId);
    if ('problem' in checked) throw new Error(checked.problem);
    loop.apply((state, nowMs) => putPolicy(state, resourceId, policy.PolicyName, checked.policy, nowMs));
    const alarms = policyAlarms(policy, variantId, policy.PolicyName);
    if ('problem' in alarms) throw new Error(alarms.problem);
    const { policyArn } = loop.state().targets[resourceId]!.policies[policy.PolicyName]!;
    for (const { request, checked: definition } of alarms.alarms)
      loop.apply((state, nowMs) =>
        putAlarm(
          state,
          {
            ...definition,
            alarmName: request.AlarmName,
            alarmArn: request.AlarmName,
            description: undefined,
            actionsEnabled: true,
            okActions: [],
            alarmActions: [policyArn],
            insufficientDataActions: [],
            evaluateLowSampleCountPercentile: undefined,
          },
          nowMs,
        ),
      );
  }
  for (const action of autoscaling.scheduledActions ?? []) {
    const checked = checkScheduledAction(action, undefined);
    if ('problem' in checked) throw new Error(checked.problem);
    loop.apply((state, nowMs) =>
      putScheduledAction(state, resourceId, action.ScheduledActionName, checked.action, nowMs),
    );
  }
  loop.start();
  const curve = createLevelCurve(spec.load.levels);
  for (let atMs = 0; atMs < curve.endMs + spec.settleMs; atMs += secondMs) {
    const requests = curve.mean(atMs, atMs + secondMs);
    metrics.record({
      namespace: 'AWS/SageMaker',
      metricName: 'InvocationsPerInstance',
      dimensions: { EndpointName: 'e', VariantName: 'v' },
      unit: 'None',
      atMs: clock.nowMs(),
      value: requests > 0 ? 1 / variant.active() : 0,
      weight: requests > 0 ? requests : 1,
    });
    await clock.advance(secondMs);
  }
  loop.stop();
  return loop
    .state()
    .activities.filter((activity) => activity.notScaledReasons.length === 0)
    .toReversed();
}

function createVariant(clock: ManualClock, spec: SimulationSpec): VariantControl & { active(): number } {
  let current = spec.instances;
  let desired = spec.instances;
  return {
    active: () => Math.min(current, desired),
    describe: () => ({
      endpointStatus: current === desired ? 'InService' : 'Updating',
      instanceType: 'ml.m5.large',
      currentInstanceCount: current,
      desiredInstanceCount: desired,
    }),
    setDesiredInstanceCount(_endpoint, _variant, count) {
      desired = count;
      clock.after(count > current ? spec.provisionTimeMs : Math.max(1, spec.removalTimeMs), () => {
        current = desired;
      });
    },
  };
}
