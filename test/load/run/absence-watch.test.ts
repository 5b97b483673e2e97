import { describe, expect, it } from 'vitest';
import { AbsenceWatch } from '../../../src/load/run/absence-watch.ts';

const nothing = (answers: number, said = answers === 0 ? '' : 'HTTP 404') => ({ answers, said });

describe('there is nothing to load', () => {
  it('once the first twenty answers say so, over all workers', () => {
    const watch = new AbsenceWatch(2);
    expect(watch.heard(0, nothing(10))).toBeNull();
    expect(watch.heard(1, nothing(10))).toBe(
      'all of the first 20 answers say that there is nothing to load; the first says: HTTP 404',
    );
  });

  it('quotes the first answer alone, for the others may say so in other words', () => {
    const watch = new AbsenceWatch(2);
    watch.heard(0, nothing(10, 'HTTP 401 Unauthorized: yes'));
    expect(watch.heard(1, nothing(10, 'HTTP 403 Forbidden: no'))).toBe(
      'all of the first 20 answers say that there is nothing to load; the first says: HTTP 401 Unauthorized: yes',
    );
  });

  it('once all answers of the first two seconds say so, be they ever so few', () => {
    const watch = new AbsenceWatch(2);
    expect(watch.reported(0, nothing(1), 1_000)).toBeNull();
    expect(watch.reported(0, nothing(3), 2_000)).toBeNull();
    expect(watch.reported(1, nothing(0), 1_000)).toBeNull();
    expect(watch.reported(1, nothing(0), 2_001)).toBe(
      'all 3 answers of the first 2s say that there is nothing to load; the first says: HTTP 404',
    );
  });

  it('once a single answer was all that came in two seconds', () => {
    expect(new AbsenceWatch(1).reported(0, nothing(1), 2_000)).toBe(
      'the only answer of the first 2s says HTTP 404',
    );
  });

  it('where a run that was over sooner got no other answer', () => {
    const watch = new AbsenceWatch(1);
    expect(watch.reported(0, nothing(5), 40)).toBeNull();
    expect(watch.ended()).toBe('all 5 answers say that there is nothing to load; the first says: HTTP 404');
  });
});

describe('there is something to load', () => {
  it('as far as anybody knows while nothing has answered', () => {
    const watch = new AbsenceWatch(1);
    expect(watch.reported(0, nothing(0), 2_000)).toBeNull();
    expect(watch.ended()).toBeNull();
  });

  it('where one worker’s answers say so, whatever the others hear', () => {
    const watch = new AbsenceWatch(2);
    expect(watch.reported(0, null, 1_000)).toBeNull();
    expect(watch.heard(1, nothing(10))).toBeNull();
    expect(watch.reported(1, nothing(90), 1_000)).toBeNull();
    expect(watch.reported(0, null, 2_000)).toBeNull();
    expect(watch.reported(1, nothing(400), 2_000)).toBeNull();
  });

  it('where the first two seconds were silent, and fewer than twenty answers say otherwise later', () => {
    const watch = new AbsenceWatch(1);
    watch.reported(0, nothing(0), 2_000);
    expect(watch.reported(0, nothing(19), 9_000)).toBeNull();
    expect(watch.ended()).toBeNull();
    expect(watch.reported(0, nothing(20), 10_000)).toContain('all of the first 20 answers');
  });
});
