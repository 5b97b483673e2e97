import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dropsUnjudged,
  isPraise,
  judgeService,
  serviceVerdictOf,
  serviceWords,
} from '../../src/record/judgement/service-verdict.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { sampleRun } from '../report/sample-run.ts';

const met = { passed: true };
const missed = { passed: false };
const tooFew = { name: 'samples', passed: false };
const enough = { name: 'samples', passed: true };

describe('the verdict on the service', () => {
  it.each([
    ['nothing was expected', [], [], 'NONE'],
    ['all was met', [met, met], [enough], 'MET'],
    ['all was met that needs no proof', [met], [], 'MET'],
    ['one was missed', [met, missed], [enough], 'MISSED'],
    ['one was missed, and another not proven', [missed, met], [tooFew], 'MISSED'],
    ['all was met by too few to prove it', [met, met], [tooFew], 'NONE'],
    [
      'all was met by too few, as old records say it',
      [met],
      [{ name: 'samples within p99<200ms', passed: false }],
      'NONE',
    ],
    ['all was met, and something else is wrong', [met], [{ name: 'stall', passed: false }], 'MET'],
  ] as const)('where %s', (_, thresholds, checks, verdict) => {
    expect(judgeService(thresholds, checks)).toBe(verdict);
  });

  it('is MET only if nothing was missed and something was expected and proven', () => {
    const check = fc.record({ name: fc.constantFrom('samples', 'sendLag', 'stall'), passed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.record({ passed: fc.boolean() })), fc.array(check), (thresholds, checks) => {
        const verdict = judgeService(thresholds, checks);
        const allMet = thresholds.every(({ passed }) => passed);
        const proven = !checks.some(({ name, passed }) => name === 'samples' && !passed);
        expect(verdict === 'MISSED').toBe(!allMet);
        expect(verdict === 'MET').toBe(allMet && thresholds.length > 0 && proven);
      }),
    );
  });
});

describe('the words of the verdict', () => {
  const { result } = sampleRun();
  const words = (changes: Partial<RunResult>) =>
    serviceWords({ ...result, ...changes }, (share) => `${Math.round(share * 100)}%`);
  const requests = { ...result.requests, sent: 100, succeeded: 80, failed: 20 };
  const [first, second] = result.thresholds as [
    RunResult['thresholds'][number],
    RunResult['thresholds'][number],
  ];

  it('say how many expectations were missed', () => {
    expect(words({})).toBe('the service did not do what was expected: 1 of 2 expectations missed');
    expect(words({ thresholds: [first] })).toContain('1 of 1 expectation missed');
  });

  it('say beside failures that nobody expected anything, and nothing where nothing failed', () => {
    expect(words({ thresholds: [], requests })).toBe(
      '20% of the requests failed, and no expectation was given that says whether this is too much',
    );
    expect(words({ thresholds: [], requests: { ...requests, failed: 0 } })).toBeNull();
  });

  it('say beside failures that no expectation is of them, whatever the verdict', () => {
    const latencies = [{ ...first, passed: true }];
    const unjudged = '; 20% of the requests failed, and no expectation says whether this is too much';
    expect(words({ thresholds: latencies, requests })).toBe(`the service did what was expected${unjudged}`);
    expect(words({ thresholds: [first], requests })).toBe(
      `the service did not do what was expected: 1 of 1 expectation missed${unjudged}`,
    );
    expect(words({ thresholds: [...latencies, second], requests })).toBe('the service did what was expected');
    expect(words({ thresholds: latencies, requests: { ...requests, failed: 0 } })).toBe(
      'the service did what was expected',
    );
  });

  it('do not approve of figures that cannot be believed', () => {
    expect(words({ thresholds: [second] })).toBe('the service did what was expected');
    const validity = { ...result.validity, verdict: 'INVALID' as const };
    const doubted = 'if these figures were to be believed';
    expect(words({ thresholds: [second], validity })).toBe(`the service did what was expected, ${doubted}`);
    expect(words({ validity })).toBe(
      `the service did not do what was expected, ${doubted}: 1 of 2 expectations missed`,
    );
    const few = {
      verdict: 'INVALID' as const,
      checks: [{ ...tooFew, severity: 'error' as const, observed: 5, limit: 459 }],
    };
    expect(words({ thresholds: [second], validity: few })).toMatch(/^too few requests to tell/);
    expect(serviceVerdictOf({ ...result, thresholds: [second], validity: few })).toBe('NONE');
  });
});

it('praise is for the service alone that met everything by figures to believe, and did not fail unjudged', () => {
  const { result } = sampleRun();
  const judged = fc.record({ index: fc.constantFrom(0, 1), passed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(judged), fc.boolean(), fc.nat(1), (choices, believed, failed) => {
      const thresholds = choices.map(({ index, passed }) => ({ ...result.thresholds[index]!, passed }));
      const run = {
        ...result,
        thresholds,
        requests: { ...result.requests, failed },
        validity: { verdict: believed ? ('VALID' as const) : ('INVALID' as const), checks: [] },
      };
      const failuresJudged = failed === 0 || choices.some(({ index }) => index === 1);
      const allMet = choices.length > 0 && choices.every(({ passed }) => passed);
      expect(isPraise(run)).toBe(believed && allMet && failuresJudged);
    }),
  );
});

describe('requests that a simulation drops', () => {
  const latency = [{ quantity: 'percentile' }] as const;

  it('are told where no expectation is about errors, which a latency is not', () => {
    expect(dropsUnjudged(latency, { offered: 100, dropped: 20 })).toBe(0.2);
    expect(dropsUnjudged([...latency, { quantity: 'errors' }], { offered: 100, dropped: 20 })).toBeNull();
  });

  it('are none where the queueing model drops a fraction of one', () => {
    expect(dropsUnjudged(latency, { offered: 100, dropped: 0.4 })).toBeNull();
  });
});
