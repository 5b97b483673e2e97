/** What an instance type has, where the stand-in needs it: vCPUs and memory. Source: aws.amazon.com/sagemaker/pricing, instance details. */
export interface InstanceType {
  vcpus: number;
  memoryGib: number;
  /** Burstable types cannot be scaled automatically. */
  burstable: boolean;
}

const sizes: Record<string, Record<string, [vcpus: number, memoryGib: number]>> = {
  'ml.t2': { medium: [2, 4], large: [2, 8], xlarge: [4, 16], '2xlarge': [8, 32] },
  'ml.m4': {
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '10xlarge': [40, 160],
    '16xlarge': [64, 256],
  },
  'ml.m5': {
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '12xlarge': [48, 192],
    '24xlarge': [96, 384],
  },
  'ml.m5d': {
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '12xlarge': [48, 192],
    '24xlarge': [96, 384],
  },
  'ml.m6g': {
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '8xlarge': [32, 128],
    '12xlarge': [48, 192],
    '16xlarge': [64, 256],
  },
  'ml.m6i': {
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '8xlarge': [32, 128],
    '12xlarge': [48, 192],
    '16xlarge': [64, 256],
    '24xlarge': [96, 384],
    '32xlarge': [128, 512],
  },
  'ml.m7i': {
    large: [2, 8],
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '8xlarge': [32, 128],
    '12xlarge': [48, 192],
    '16xlarge': [64, 256],
    '24xlarge': [96, 384],
    '48xlarge': [192, 768],
  },
  'ml.c4': {
    large: [2, 3.75],
    xlarge: [4, 7.5],
    '2xlarge': [8, 15],
    '4xlarge': [16, 30],
    '8xlarge': [36, 60],
  },
  'ml.c5': {
    large: [2, 4],
    xlarge: [4, 8],
    '2xlarge': [8, 16],
    '4xlarge': [16, 32],
    '9xlarge': [36, 72],
    '18xlarge': [72, 144],
  },
  'ml.c5d': {
    large: [2, 4],
    xlarge: [4, 8],
    '2xlarge': [8, 16],
    '4xlarge': [16, 32],
    '9xlarge': [36, 72],
    '18xlarge': [72, 144],
  },
  'ml.c6g': {
    large: [2, 4],
    xlarge: [4, 8],
    '2xlarge': [8, 16],
    '4xlarge': [16, 32],
    '8xlarge': [32, 64],
    '12xlarge': [48, 96],
    '16xlarge': [64, 128],
  },
  'ml.c6i': {
    large: [2, 4],
    xlarge: [4, 8],
    '2xlarge': [8, 16],
    '4xlarge': [16, 32],
    '8xlarge': [32, 64],
    '12xlarge': [48, 96],
    '16xlarge': [64, 128],
    '24xlarge': [96, 192],
    '32xlarge': [128, 256],
  },
  'ml.c7i': {
    large: [2, 4],
    xlarge: [4, 8],
    '2xlarge': [8, 16],
    '4xlarge': [16, 32],
    '8xlarge': [32, 64],
    '12xlarge': [48, 96],
    '16xlarge': [64, 128],
    '24xlarge': [96, 192],
    '48xlarge': [192, 384],
  },
  'ml.r5': {
    large: [2, 16],
    xlarge: [4, 32],
    '2xlarge': [8, 64],
    '4xlarge': [16, 128],
    '12xlarge': [48, 384],
    '24xlarge': [96, 768],
  },
  'ml.inf1': { xlarge: [4, 8], '2xlarge': [8, 16], '6xlarge': [24, 48], '24xlarge': [96, 192] },
  'ml.inf2': { xlarge: [4, 16], '8xlarge': [32, 128], '24xlarge': [96, 384], '48xlarge': [192, 768] },
  'ml.g4dn': {
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '8xlarge': [32, 128],
    '12xlarge': [48, 192],
    '16xlarge': [64, 256],
  },
  'ml.g5': {
    xlarge: [4, 16],
    '2xlarge': [8, 32],
    '4xlarge': [16, 64],
    '8xlarge': [32, 128],
    '12xlarge': [48, 192],
    '16xlarge': [64, 256],
    '24xlarge': [96, 384],
    '48xlarge': [192, 768],
  },
  'ml.p3': { '2xlarge': [8, 61], '8xlarge': [32, 244], '16xlarge': [64, 488] },
};

const types = new Map<string, InstanceType>(
  Object.entries(sizes).flatMap(([family, bySize]) =>
    Object.entries(bySize).map(([size, [vcpus, memoryGib]]): [string, InstanceType] => [
      `${family}.${size}`,
      { vcpus, memoryGib, burstable: family === 'ml.t2' },
    ]),
  ),
);

export const instanceTypeNames: readonly string[] = [...types.keys()];

export function findInstanceType(name: string): InstanceType | undefined {
  return types.get(name);
}
