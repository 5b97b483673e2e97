/** What an instance type has. */
export interface InstanceType {
  vcpus: number;
  memoryGib: number;
}

/**
 * The types that host real-time endpoints: `ProductionVariantInstanceType` of SageMaker's service model, as the SDK has
 * it in @aws-sdk/client-sagemaker 3.1142.0, read 2026-11-27. AWS may host newer ones; a test compares the two lists.
 */
export const instanceTypesAsOf = '2026-11';

/** vCPUs of the sizes that have no number of their own; `Nxlarge` has 4 × N. */
const namedSizes: Record<string, number> = { medium: 1, large: 2, xlarge: 4 };

/** Sizes with the same memory for each vCPU. */
const small = ['large', 'xlarge', '2xlarge', '4xlarge'];
const fifth = [...small, '12xlarge', '24xlarge'];
const graviton = [...small, '8xlarge', '12xlarge', '16xlarge'];
const sixth = [...graviton, '24xlarge', '32xlarge'];
const seventh = [...graviton, '24xlarge', '48xlarge'];
const eighth = ['medium', ...seventh];
const compute = [...small, '9xlarge', '18xlarge'];
const graphics = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge', '48xlarge'];

/**
 * vCPUs and memory, gathered 2026-11: SageMaker's types have what the EC2 types of the same name have
 * (https://docs.aws.amazon.com/ec2/latest/instancetypes/).
 */
const regularFamilies: Record<string, { gibPerVcpu: number; sizes: readonly string[] }> = {
  c5: { gibPerVcpu: 2, sizes: compute },
  c5d: { gibPerVcpu: 2, sizes: compute },
  c6g: { gibPerVcpu: 2, sizes: graviton },
  c6gd: { gibPerVcpu: 2, sizes: graviton },
  c6gn: { gibPerVcpu: 2, sizes: graviton },
  c6i: { gibPerVcpu: 2, sizes: sixth },
  c6in: { gibPerVcpu: 2, sizes: sixth },
  c7g: { gibPerVcpu: 2, sizes: graviton },
  c7i: { gibPerVcpu: 2, sizes: seventh },
  c8g: { gibPerVcpu: 2, sizes: eighth },
  m4: { gibPerVcpu: 4, sizes: ['xlarge', '2xlarge', '4xlarge', '10xlarge', '16xlarge'] },
  m5: { gibPerVcpu: 4, sizes: fifth },
  m5d: { gibPerVcpu: 4, sizes: fifth },
  m6g: { gibPerVcpu: 4, sizes: graviton },
  m6gd: { gibPerVcpu: 4, sizes: graviton },
  m6i: { gibPerVcpu: 4, sizes: sixth },
  m7i: { gibPerVcpu: 4, sizes: seventh },
  m8g: { gibPerVcpu: 4, sizes: eighth },
  r5: { gibPerVcpu: 8, sizes: fifth },
  r5d: { gibPerVcpu: 8, sizes: fifth },
  r6g: { gibPerVcpu: 8, sizes: graviton },
  r6gd: { gibPerVcpu: 8, sizes: graviton },
  r6i: { gibPerVcpu: 8, sizes: sixth },
  r7gd: { gibPerVcpu: 8, sizes: ['medium', ...graviton] },
  r7i: { gibPerVcpu: 8, sizes: seventh },
  r8g: { gibPerVcpu: 8, sizes: eighth },
  dl1: { gibPerVcpu: 8, sizes: ['24xlarge'] },
  g4dn: { gibPerVcpu: 4, sizes: graphics.slice(0, 6) },
  g5: { gibPerVcpu: 4, sizes: graphics },
  g6: { gibPerVcpu: 4, sizes: graphics },
  g6e: { gibPerVcpu: 8, sizes: graphics },
  g7: { gibPerVcpu: 4, sizes: ['2xlarge', '4xlarge', '8xlarge', '12xlarge', '24xlarge', '48xlarge'] },
  inf1: { gibPerVcpu: 2, sizes: ['xlarge', '2xlarge', '6xlarge', '24xlarge'] },
  inf2: { gibPerVcpu: 4, sizes: ['xlarge', '8xlarge', '24xlarge', '48xlarge'] },
  trn1: { gibPerVcpu: 4, sizes: ['2xlarge', '32xlarge'] },
  trn1n: { gibPerVcpu: 4, sizes: ['32xlarge'] },
};

/** Families whose sizes follow no rule. */
const otherTypes: Record<string, [vcpus: number, memoryGib: number]> = {
  't2.medium': [2, 4],
  't2.large': [2, 8],
  't2.xlarge': [4, 16],
  't2.2xlarge': [8, 32],
  'c4.large': [2, 3.75],
  'c4.xlarge': [4, 7.5],
  'c4.2xlarge': [8, 15],
  'c4.4xlarge': [16, 30],
  'c4.8xlarge': [36, 60],
  'g7e.2xlarge': [8, 64],
  'g7e.4xlarge': [16, 128],
  'g7e.8xlarge': [32, 256],
  'g7e.12xlarge': [48, 512],
  'g7e.24xlarge': [96, 1_024],
  'g7e.48xlarge': [192, 2_048],
  'p2.xlarge': [4, 61],
  'p2.8xlarge': [32, 488],
  'p2.16xlarge': [64, 732],
  'p3.2xlarge': [8, 61],
  'p3.8xlarge': [32, 244],
  'p3.16xlarge': [64, 488],
  'p4d.24xlarge': [96, 1_152],
  'p4de.24xlarge': [96, 1_152],
  'p5.4xlarge': [16, 256],
  'p5.48xlarge': [192, 2_048],
  'p5e.48xlarge': [192, 2_048],
  'p5en.48xlarge': [192, 2_048],
  'p6-b200.48xlarge': [192, 2_048],
  'p6-b300.48xlarge': [192, 4_096],
  'p6e-gb200.36xlarge': [144, 960],
  'trn2.48xlarge': [192, 2_048],
};

const types: ReadonlyMap<string, InstanceType> = new Map([
  ...Object.entries(otherTypes).map(([name, [vcpus, memoryGib]]): [string, InstanceType] => [
    `ml.${name}`,
    { vcpus, memoryGib },
  ]),
  ...Object.entries(regularFamilies).flatMap(([family, { gibPerVcpu, sizes }]) =>
    sizes.map((size): [string, InstanceType] => {
      const vcpus = namedSizes[size] ?? 4 * Number.parseInt(size, 10);
      return [`ml.${family}.${size}`, { vcpus, memoryGib: vcpus * gibPerVcpu }];
    }),
  ),
]);

export const instanceTypeNames: readonly string[] = [...types.keys()];

/** Undefined: not in the list. */
export function findInstanceType(name: string): InstanceType | undefined {
  return types.get(name);
}

/** Of burstable types, too, that are not in the list: autoscaling refuses them. */
export function isBurstable(instanceType: string): boolean {
  return /^ml\.t\d/.test(instanceType);
}

/**
 * Whether it runs programs for arm64: a `g` behind the generation (`ml.c7g`, `ml.m6gd`) is AWS's Graviton, `gb200`
 * NVIDIA's Grace. Everything else runs those for x86-64.
 */
export function isArm64(instanceType: string): boolean {
  return /^ml\.[a-z]+\d+(?:g[a-z]*|[a-z]*-gb\d+)\./.test(instanceType);
}
