import { isArm64 } from '../catalog/instance-types.ts';

/** Docker's name of a platform. */
export type Platform = 'linux/amd64' | 'linux/arm64';

export const platforms: readonly Platform[] = ['linux/amd64', 'linux/arm64'];

/** What an instance type runs. */
export function platformOf(instanceType: string): Platform {
  return isArm64(instanceType) ? 'linux/arm64' : 'linux/amd64';
}
