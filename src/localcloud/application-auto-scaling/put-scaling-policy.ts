import { z } from 'zod';
import { configurationMember } from '../../catalog/policy-configuration.ts';
import { putPolicy } from '../../scaling/engine/edit-targets.ts';
import { checkBeside, checkPolicy } from '../../scaling/policies/kinds/check-policy.ts';
import { policyKinds } from '../../scaling/policies/kinds/policy-kinds.ts';
import { operation, ServiceError } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, policyNameField, registeredTarget, targetId } from './deps.ts';
import { alarmsOf } from './describe-scaling-policies.ts';
import { documentFields } from './document-fields.ts';

/** AWS's other type: none that a SageMaker variant takes. */
const otherType = 'PredictiveScaling';

const typeNames = policyKinds.map(({ type }): string => type).sort();

const configurations: object = Object.fromEntries(
  policyKinds.map(({ type, document }) => [configurationMember(type), documentFields(document).optional()]),
);

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export const putScalingPolicy = operation({
  name: 'PutScalingPolicy',
  input: z.object({
    PolicyName: policyNameField,
    ...targetId,
    PolicyType: z.enum([...typeNames, otherType]).optional(),
    ...configurations,
    [configurationMember(otherType)]: z.unknown().optional(),
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
