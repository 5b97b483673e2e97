import { expect, it } from 'vitest';
import { autoscaling } from '../../../../src/cli/render/parts/experiment-text.ts';
import { autoscalingOutcome } from '../../../../src/experiment/stack/autoscaling-outcome.ts';

const tracking = (name: string) => ({
  name,
  policyType: 'TargetTrackingScaling',
  configuration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    ScaleInCooldown: 120,
  },
});
const steps = { name: 'burst', policyType: 'StepScaling', configuration: { Cooldown: 60 } };
const unknown = { name: 'forecast', policyType: 'PredictiveScaling', configuration: {} };
const held = 'invocations held to 60 a minute and instance, cooldowns 5m out, 2m in';

it.each([
  ['one that holds a metric in full', [tracking('t')], `1 to 4 instances, ${held}`],
  ['others by kind and name', [tracking('t'), steps], `1 to 4 instances, ${held}, step scaling burst`],
  [
    'each once, whichever comes first',
    [steps, tracking('t')],
    `1 to 4 instances, ${held}, step scaling burst`,
  ],
  [
    'the first in full where several hold a metric',
    [tracking('t'), tracking('u')],
    `1 to 4 instances, ${held}, target tracking u`,
  ],
  ['one of steps alone', [steps], '1 to 4 instances, step scaling burst'],
  [
    'one of a kind that variants do not have, as AWS calls it',
    [unknown],
    '1 to 4 instances, PredictiveScaling forecast',
  ],
])('tells of policies: %s', (_, policies, text) => {
  expect(autoscaling(autoscalingOutcome({ minCapacity: 1, maxCapacity: 4 }, policies))).toBe(text);
});
