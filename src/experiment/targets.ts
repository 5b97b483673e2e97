import { awsTarget } from './aws/target.ts';
import type { TargetName } from './context.ts';
import { localTarget } from './local/target.ts';
import type { Target } from './target.ts';

/** Every target there is. */
export const targets: Readonly<Record<TargetName, Target>> = { local: localTarget, aws: awsTarget };

export function targetOf({ target }: { target: TargetName }): Target {
  return targets[target];
}
