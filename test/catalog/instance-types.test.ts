import { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import {
  findInstanceType,
  instanceTypeNames,
  isArm64,
  isBurstable,
} from '../../src/catalog/instance-types.ts';

describe('the list of instance types', () => {
  it("is that of SageMaker's service model", () => {
    expect([...instanceTypeNames].sort()).toEqual(Object.values(ProductionVariantInstanceType).sort());
  });

  it('has whole vCPUs and some memory for each', () => {
    for (const name of instanceTypeNames) {
      const { vcpus, memoryGib } = findInstanceType(name)!;
      expect(Number.isInteger(vcpus) && vcpus >= 1 && vcpus <= 192, name).toBe(true);
      expect(memoryGib / vcpus, name).toBeGreaterThan(1);
      expect(memoryGib / vcpus, name).toBeLessThan(25);
    }
  });

  it.each([
    ['ml.m5.large', 2, 8],
    ['ml.m5.24xlarge', 96, 384],
    ['ml.c4.8xlarge', 36, 60],
    ['ml.c5.9xlarge', 36, 72],
    ['ml.c7g.16xlarge', 64, 128],
    ['ml.r8g.medium', 1, 8],
    ['ml.t2.2xlarge', 8, 32],
    ['ml.g4dn.16xlarge', 64, 256],
    ['ml.g6e.12xlarge', 48, 384],
    ['ml.inf2.48xlarge', 192, 768],
    ['ml.trn1.32xlarge', 128, 512],
    ['ml.p4d.24xlarge', 96, 1_152],
    ['ml.p6e-gb200.36xlarge', 144, 960],
  ])('says of %s %i vCPUs and %i GiB', (name, vcpus, memoryGib) => {
    expect(findInstanceType(name)).toEqual({ vcpus, memoryGib });
  });

  it('knows nothing of others', () => {
    expect(findInstanceType('ml.m5.huge')).toBeUndefined();
    expect(findInstanceType('m5.large')).toBeUndefined();
  });

  it('has the types that autoscaling refuses: T2', () => {
    expect(instanceTypeNames.filter(isBurstable)).toEqual([
      'ml.t2.medium',
      'ml.t2.large',
      'ml.t2.xlarge',
      'ml.t2.2xlarge',
    ]);
  });

  it('has Graviton and Grace for arm64', () => {
    const families = new Set(instanceTypeNames.filter(isArm64).map((name) => name.split('.')[1]));
    const graviton = [
      'c6g',
      'c6gd',
      'c6gn',
      'c7g',
      'c8g',
      'm6g',
      'm6gd',
      'm8g',
      'r6g',
      'r6gd',
      'r7gd',
      'r8g',
    ];
    expect([...families].sort()).toEqual([...graviton, 'p6e-gb200'].sort());
  });
});
