import { z } from 'zod';
import { configurationMember } from '../../catalog/policy-configuration.ts';
import { putPolicy } from '../../scaling/engine/edit-targets.ts';
import { checkBeside, checkPolicy } from '../../scaling/policies/kinds/check-policy.ts';
import { kindOfType, policyKinds } from '../../scaling/policies/kinds/policy-kinds.ts';
import { operation, ServiceError } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, policyNameField, registeredTarget, targetId } from './deps.ts';
import { alarmsOf } from './describe-scaling-policies.ts';
import { documentFields } from './document-fields.ts';

/** Types of AWS that no SageMaker variant takes: they are refused by name, not as unknown ones. */
const otherTypes = ['PredictiveScaling'].filter((type) => !kindOfType(type));

const typeNames = [...policyKinds.map(({ type }): string => type).sort(), ...otherTypes];

const configurations: object = Object.fromEntries(
  [
    ...policyKinds.map(({ type, document }) => [type, documentFields(document)] as const),
    ...otherTypes.map((type) => [type, z.unknown()] as const),
  ].map(([type, field]) => [configurationMember(type), field.optional()]),
);

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export const putScalingPolicy = operation({
  name: 'PutScalingPolicy',
  input: z.object({
    PolicyName: policyNameField,
    ...targetId,
    PolicyType: z.enum(typeNames).optional(),
    ...configurations,
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const target = registeredTarget(scaling, input, 'registered');
    const checked = checkPolicy(input, target.variant);
    if ('problem' in checked) throw new ServiceError(checked.code, checked.problem);
    const others = Object.values(target.policies).filter(({ policyName }) => policyName !== input.PolicyName);
    const problem = checkBeside(checked.policy, others);
    if (problem) throw new ServiceError(problem.code, problem.problem);
    scaling.apply((state, nowMs) =>
      putPolicy(state, target.resourceId, input.PolicyName, checked.policy, nowMs),
    );
    const { alarms, targets } = scaling.state();
    const policy = targets[target.resourceId]?.policies[input.PolicyName];
    return { PolicyARN: policy?.policyArn, Alarms: policy ? alarmsOf(policy, alarms) : [] };
  },
});
