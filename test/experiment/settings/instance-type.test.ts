import { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBurstable } from '../../../src/catalog/instance-types.ts';
import { planUp } from '../../../src/commands/up.ts';
import { planCost } from '../../../src/experiment/cost/plan-cost.ts';
import {
  checkInstanceType,
  noteUnlistedInstanceType,
} from '../../../src/experiment/settings/instance-type.ts';
import { defaultUpSettings } from '../../../src/experiment/settings/up-settings.ts';
import { baseSpec } from '../../../src/experiment/simulation/simulated-experiment.ts';
import { makeStateFolder, type StateFolder } from '../../commands/state-folder.ts';

const everyType = Object.values(ProductionVariantInstanceType);
let folder: StateFolder;
beforeAll(() => {
  folder = makeStateFolder();
});
afterAll(() => folder.dispose());

describe('every instance type that hosts endpoints', () => {
  it('can be planned, with its price or without one', async () => {
    for (const instanceType of everyType) {
      expect(() => checkInstanceType(instanceType)).not.toThrow();
      const settings = { ...defaultUpSettings('mlbench'), instanceType };
      const costUsd = await planCost(settings, null, folder.context());
      expect(costUsd?.instanceType).toBe(instanceType);
      if (costUsd?.perHour === null)
        expect(costUsd.note).toMatch(`No price of ${instanceType} is known, not in the table of 20`);
    }
  });

  it('can be simulated, with as many requests at a time as it has vCPUs', () => {
    const concurrency = (instanceType: string) => {
      const autoscaling = !isBurstable(instanceType);
      return baseSpec({ instanceType, rateRps: 10, autoscaling }, folder.context()).instance.concurrency;
    };
    for (const instanceType of everyType) expect(concurrency(instanceType)).toBeGreaterThanOrEqual(1);
    expect(concurrency('ml.g6e.48xlarge')).toBe(192);
  });
});

describe('another instance type', () => {
  it.each([
    ['ml.m5.larg', 'did you mean ml.m5.large?'],
    ['ml.g6e.12xlarg', 'did you mean ml.g6e.12xlarge?'],
    ['m5.large', 'did you mean ml.m5.large?'],
  ])('%s is refused by up --plan and by simulate: %s', async (instanceType, remedy) => {
    const refusal = { code: 'bad-instance-type', remedy, exitCode: 2 };
    await expect(planUp({ instanceType }, folder.context())).rejects.toMatchObject(refusal);
    expect(() => baseSpec({ instanceType, rateRps: 10 }, folder.context())).toThrow(
      expect.objectContaining(refusal),
    );
  });

  it('is left to AWS to judge there, with a warning: it may be newer than the list', () => {
    folder.events.length = 0;
    noteUnlistedInstanceType('ml.m5.large', folder.context());
    noteUnlistedInstanceType('ml.m5.larg', folder.context());
    expect(folder.events).toMatchObject([
      { type: 'notice', level: 'warning', remedy: 'did you mean ml.m5.large?' },
    ]);
  });
});
