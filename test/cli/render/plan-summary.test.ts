import { describe, expect, it } from 'vitest';
import { planLines } from '../../../src/cli/render/plan-summary.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';
import type { PlanOutcome } from '../../../src/experiment/contract/outcomes.ts';

const kept = { action: 'keep' as const, differences: [] };
const plan: PlanOutcome = {
  exitCode: 0,
  experiment: 'b',
  target: 'aws',
  region: 'eu-west-1',
  resources: [
    { kind: 'bucket', name: 'mlbench-b', ...kept },
    {
      kind: 'iam-role',
      name: 'mlbench-b-expiry',
      action: 'create',
      differences: [],
      document: { policy: { Version: '2012-10-17' } },
    },
    { kind: 'scalable-target', name: 'endpoint/b', action: 'change', differences: ['most instances 4 → 6'] },
    { kind: 'scaling-policy', name: 'old', action: 'remove', differences: [] },
  ],
  costUsd: {
    instanceType: 'ml.m5.large',
    instances: 1,
    maxInstances: 6,
    perInstanceHour: 0.115,
    perHour: 0.115,
    perHourAtMax: 0.69,
    source: 'pricing-api',
    note: 'For the instances alone.',
  },
  expiry: { at: '2026-11-22T20:51:30.000Z', inMs: 3_600_000 },
  sampleRequest: { from: 'inputs', path: null, body: '{"instances":[[0.5]]}', bytes: 21, problem: null },
};

describe('a plan', () => {
  it('says what would be done, writes policies out, and counts the cost', () => {
    expect(planLines(plan, plainStyle, 120)).toEqual([
      'up would make 1, change 1, remove 1 and keep 1 of the 4 resources of b.',
      'On AWS, eu-west-1. Nothing has been changed.',
      '',
      '  = bucket mlbench-b',
      '  + iam role mlbench-b-expiry',
      '  ~ scalable target endpoint/b',
      '      most instances 4 → 6',
      '  - scaling policy old',
      '',
      'iam role mlbench-b-expiry',
      '{',
      '  "policy": {',
      '    "Version": "2012-10-17"',
      '  }',
      '}',
      '',
      '  cost         $0.115 an hour with 1 ml.m5.large, $0.690 with 6 ml.m5.large. For the instances alone.',
      '  expires      2026-11-22 20:51 UTC, in 1h: AWS deletes the endpoint then',
      '  request      {"instances":[[0.5]]}',
      "               made from the model's inputs",
      '',
      'Next: mlbench up --name b with the same options does it',
    ]);
  });

  it('of what is up as asked says that there is nothing to do', () => {
    const text = planLines({ ...plan, resources: [{ kind: 'bucket', name: 'b', ...kept }] }, plainStyle, 100);
    expect(text[0]).toBe('b is up as asked: up would change nothing.');
    expect(text.join('\n')).not.toContain('Next:');
  });

  it('counts one kind of doing without a list', () => {
    const resources = ['a', 'c'].map((name) => ({
      kind: 'x',
      name,
      action: 'create' as const,
      differences: [],
    }));
    expect(planLines({ ...plan, resources }, plainStyle, 100)[0]).toBe('up would make 2 resources of b.');
  });

  it("invents no cost for a price that nobody knows, or an endpoint of somebody else's", () => {
    const note = 'No price of ml.p5.48xlarge is known.';
    const costUsd = { ...plan.costUsd!, perInstanceHour: null, perHour: null, perHourAtMax: null, note };
    expect(planLines({ ...plan, costUsd }, plainStyle, 100)).toContain(`  cost         ${note}`);
    expect(planLines({ ...plan, costUsd: null, expiry: null }, plainStyle, 100).join('\n')).toMatch(
      / {2}cost {9}nothing of its own: .*somebody else's/,
    );
  });
});
