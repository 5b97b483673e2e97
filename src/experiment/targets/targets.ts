import type { TargetName } from '../../resources/engine/target-names.ts';
import type { Target } from '../contract/target.ts';
import { awsTarget } from './aws/target.ts';
import { localTarget } from './local/target.ts';

/** Every target there is. */
export const targets: Readonly<Record<TargetName, Target>> = { local: localTarget, aws: awsTarget };

export function targetOf({ target }: { target: TargetName }): Target {
  return targets[target];
}
