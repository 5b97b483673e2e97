/** Docker's name of a platform. */
export type Platform = 'linux/amd64' | 'linux/arm64';

export const platforms: readonly Platform[] = ['linux/amd64', 'linux/arm64'];

/** What an instance type runs: a `g` behind the generation (`ml.c7g`, `ml.m6gd`) is AWS's Graviton, which is arm64. */
export function platformOf(instanceType: string): Platform {
  return /^ml\.[a-z]+\d+g[a-z]*\./.test(instanceType) ? 'linux/arm64' : 'linux/amd64';
}
