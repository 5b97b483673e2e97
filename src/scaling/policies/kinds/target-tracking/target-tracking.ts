import { cooldownOf } from '../../cooldown.ts';
import type { PolicyKind } from '../kind/policy-kind.ts';
import { alarmPair, namesOfPair } from './alarm-pair.ts';
import { checkBesideTracking, checkTargetTracking } from './check-target-tracking.ts';
import {
  assumed,
  type CheckedTargetTracking,
  changed,
  document,
  type TargetTrackingConfiguration,
  type TargetTrackingPolicy,
  withVariantDimensions,
} from './configuration.ts';
import { alarmedPolicy, demandsOfTracking } from './tracking-demands.ts';
import { reckonTracking } from './tracking-reckoning.ts';

export const targetTracking: PolicyKind<
  'TargetTrackingScaling',
  TargetTrackingConfiguration,
  CheckedTargetTracking,
  TargetTrackingPolicy
> = {
  type: 'TargetTrackingScaling',
  words: 'target tracking',
  nameSuffix: 'target-tracking',
  alarms: {
    by: 'policy',
    says: 'a target-tracking policy makes its own alarms',
    names: ({ highAlarmName, lowAlarmName }) =>
      lowAlarmName === null ? [highAlarmName] : [highAlarmName, lowAlarmName],
    definitions: alarmPair,
  },
  document,
  assumed,
  forVariant: withVariantDimensions,
  changed,
  check: checkTargetTracking,
  checkBeside: checkBesideTracking,
  make: (checked, identity, before, newId) => ({
    ...checked,
    ...identity,
    ...namesOfPair(identity.resourceId, checked.disableScaleIn, before, newId),
  }),
  demands: (policies, situation) =>
    demandsOfTracking(
      policies.map((policy) => alarmedPolicy(policy, situation)),
      situation.capacity,
    ),
  told: {
    cooldowns({ ScaleOutCooldown, ScaleInCooldown }) {
      return { scaleOutMs: cooldownOf(ScaleOutCooldown), scaleInMs: cooldownOf(ScaleInCooldown) };
    },
    disablesScaleIn: ({ DisableScaleIn }) => DisableScaleIn ?? false,
    held: ({ TargetValue, PredefinedMetricSpecification, CustomizedMetricSpecification, ...cooldowns }) => ({
      metric:
        PredefinedMetricSpecification?.PredefinedMetricType ??
        CustomizedMetricSpecification?.MetricName ??
        null,
      targetValue: TargetValue ?? null,
      scaleOutCooldownSeconds: cooldowns.ScaleOutCooldown ?? assumed.ScaleOutCooldown,
      scaleInCooldownSeconds: cooldowns.ScaleInCooldown ?? assumed.ScaleInCooldown,
    }),
    reckon: reckonTracking,
    scalesInTogether: true,
  },
};
