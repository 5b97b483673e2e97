import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';
import { type CheckName, checks, judgeCheck, wordsOf } from '../../src/record/judgement/checks.ts';

const alone = { sharesMachine: false };
const shared = { sharesMachine: true };

describe('a check', () => {
  it('passes at its limit and fails just beyond it, though both read alike', () => {
    expect(judgeCheck('offered', { observed: 0.99 }, alone)).toMatchObject({ passed: true });
    expect(judgeCheck('offered', { observed: 0.98999999 }, alone)).toMatchObject({
      observed: 0.99,
      passed: false,
    });
    expect(judgeCheck('sendLag', { observed: 5_000.2, limit: 5_000 }, alone)).toMatchObject({
      observed: 5_000,
      limit: 5_000,
      passed: false,
    });
  });

  it('of lag or busyness only warns where the service shares the machine; the others do as they always do', () => {
    const severities = (machine: { sharesMachine: boolean }) => [
      judgeCheck('sendLag', { observed: 1, limit: 0 }, machine).severity,
      judgeCheck('bookkeeping', { observed: 1 }, machine).severity,
      judgeCheck('loopLag', { observed: 90_000 }, machine).severity,
    ];
    expect(severities(alone)).toEqual(['error', 'error', 'warning']);
    expect(severities(shared)).toEqual(['warning', 'error', 'warning']);
  });

  it('says in its record what it is about', () => {
    expect(judgeCheck('loopLag', { observed: 60_000 }, alone)).toEqual({
      name: 'loopLag',
      severity: 'warning',
      observed: 60_000,
      limit: 50_000,
      passed: false,
      unit: 'us',
      bound: 'at most',
      meaning: 'p99 of the event loop’s lag',
    });
  });

  it.each(Object.keys(checks) as CheckName[])('has a line in docs/measurement.md: %s', (name) => {
    const page = readFileSync(join(packageRoot, 'docs/measurement.md'), 'utf8');
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
  });
});

describe('the words of a check', () => {
  const check = { severity: 'error', observed: 1, limit: 2, passed: false } as const;

  it('are those of the list, whatever the record says', () => {
    const words = wordsOf({ ...check, name: 'loopLag', unit: 'count', meaning: 'something else' });
    expect(words).toMatchObject({ unit: 'us', meaning: checks.loopLag.meaning });
  });

  it('that the list does not have are those of the record', () => {
    const words = wordsOf({
      ...check,
      name: 'laterCheck',
      unit: 'us',
      bound: 'at least',
      meaning: 'a longest stall',
    });
    expect(words).toMatchObject({
      unit: 'us',
      bound: 'at least',
      meaning: 'a longest stall',
      ifFailed: 'a longest stall',
    });
  });

  it.each(['brandNew', 'constructor', '__proto__', 'toString', ''])(
    'are there for "%s" that nobody knows',
    (name) => {
      expect(wordsOf({ ...check, name })).toEqual({
        unit: 'count',
        bound: 'at most',
        meaning: '',
        ifFailed: 'see docs/measurement.md',
      });
    },
  );

  it('are found under a name that says more', () => {
    expect(wordsOf({ ...check, name: 'sendLag within p99<200ms' })).toMatchObject({ unit: 'us' });
  });
});
