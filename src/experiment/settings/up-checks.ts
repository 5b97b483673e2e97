import { userError } from '../../core/errors.ts';
import { checkCapacityRange, checkScalableInstanceType } from '../../scaling/policies/check-target.ts';
import { policyOfFlags } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { PolicyProblem } from '../../scaling/policies/problem.ts';
import { assertOwnTarget, assertPolicy, assertTogether } from '../policies/policy-file.ts';
import { instanceTypeRemedy } from './instance-type.ts';
import type { AutoscalingSettings, UpSettings } from './up-settings.ts';

/** @throws MlbenchError naming the flag, its value and what would do (exit code 2) */
export function checkUpSettings(settings: UpSettings): void {
  checkWhole('--instances', settings.instances, 1);
  if (!/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(settings.instanceType)) {
    throw userError(
      'bad-instance-type',
      `--instance-type: "${settings.instanceType}" is not an instance type of SageMaker hosting`,
      instanceTypeRemedy(settings.instanceType),
    );
  }
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(settings.endpointName)) {
    throw userError(
      'bad-endpoint-name',
      `--endpoint-name: "${settings.endpointName}" is not an endpoint name`,
      'use up to 63 letters, digits and hyphens, starting and ending with a letter or digit',
    );
  }
  if (settings.autoscaling) checkAutoscaling(settings.autoscaling, settings);
}

function checkAutoscaling(autoscaling: AutoscalingSettings, settings: UpSettings): void {
  const { minCapacity, maxCapacity, targetValue } = autoscaling;
  checkWhole('--scale-out-cooldown', autoscaling.scaleOutCooldownSeconds, 0);
  checkWhole('--scale-in-cooldown', autoscaling.scaleInCooldownSeconds, 0);
  refuse(`--min ${minCapacity} --max ${maxCapacity}`, checkCapacityRange(minCapacity, maxCapacity));
  refuse(`--instance-type ${settings.instanceType}`, checkScalableInstanceType(settings.instanceType));
  if (settings.instances > maxCapacity) {
    throw userError(
      'bad-instances',
      `--instances ${settings.instances} is more than --max ${maxCapacity}`,
      `raise --max to ${settings.instances} or more`,
    );
  }
  const variant = { endpointName: settings.endpointName, variantName: 'AllTraffic' };
  if (targetValue !== null)
    assertPolicy(policyOfFlags({ ...autoscaling, targetValue }), variant, `--target-value ${targetValue}`);
  else if (autoscaling.policies === null) assertOwnTarget(autoscaling.metric);
  assertTogether(autoscaling.policies ?? [], variant, '--policy');
  const names = (autoscaling.policies ?? []).flatMap(({ PolicyName }) => PolicyName ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw userError(
      'policy-named-twice',
      `--policy: two of the policies are called "${twice}"`,
      'give each file a PolicyName of its own',
    );
}

function refuse(flag: string, problem: PolicyProblem | null): void {
  if (problem)
    throw userError('autoscaling-refused', `${flag}: ${problem.code}: ${problem.problem}`, problem.remedy);
}

function checkWhole(flag: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw userError(
    'bad-number',
    `${flag}: ${value} is not a whole number of at least ${least}`,
    `pass a whole number of at least ${least}`,
  );
}
