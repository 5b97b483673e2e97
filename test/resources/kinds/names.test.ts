import { describe, expect, it } from 'vitest';
import { bucketName } from '../../../src/resources/kinds/bucket/bucket.ts';
import { checkExperimentName, namesFor } from '../../../src/resources/kinds/kind/names.ts';

describe('the names of an experiment', () => {
  it('do not double the name of the default one', () => {
    const names = namesFor('mlbench');
    expect(names.endpoint).toBe('mlbench');
    expect(names.of('step-scaling')).toBe('mlbench-step-scaling');
    expect(bucketName(names, { accountId: '000000000000', region: 'us-east-1', partition: 'aws' })).toBe(
      'mlbench-000000000000-us-east-1',
    );
  });

  it('carry the name of any other', () => {
    const names = namesFor('blue');
    expect(names.endpoint).toBe('mlbench-blue');
    expect(names.madeOf({ image: 'a' })).toMatch(/^mlbench-blue-[0-9a-f]{8}$/);
  });

  it('give way to an endpoint name of your own', () => {
    expect(namesFor('blue', 'mine').endpoint).toBe('mine');
  });

  it('differ with the content, and only then', () => {
    const { madeOf } = namesFor('mlbench');
    expect(madeOf({ image: 'a' })).toBe(madeOf({ image: 'a' }));
    expect(madeOf({ image: 'a' })).not.toBe(madeOf({ image: 'b' }));
  });

  it('fit S3 for the longest experiment and region', () => {
    const longest = 'a'.repeat(24);
    expect(() => checkExperimentName(longest)).not.toThrow();
    const place = { accountId: '000000000000', region: 'ap-southeast-1', partition: 'aws' };
    expect(bucketName(namesFor(longest), place).length).toBeLessThanOrEqual(63);
  });

  it.each(['', 'Upper', 'under_score', '-a', 'a-', 'a'.repeat(25), 'a/../b'])(
    'are refused for %j',
    (name) => {
      expect(() => checkExperimentName(name)).toThrow(`--name: "${name}" is not a name for an experiment`);
    },
  );
});
