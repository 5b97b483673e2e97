import { describe, expect, it } from 'vitest';
import { interruption, isAbortion, reportError } from '../../src/cli/error-report.ts';
import { plainStyle } from '../../src/cli/terminal/style.ts';
import { cloudError, userError } from '../../src/core/errors.ts';

describe('an error is reported', () => {
  it('in two lines if the user can do something about it', async () => {
    const report = await reportError(
      userError('bad-users', '--users: -1 is\nout of range', 'pass 1 or more'),
      plainStyle,
    );
    expect(report.lines).toEqual(['error: --users: -1 is out of range', '  → pass 1 or more']);
    expect(report.exitCode).toBe(2);
    expect(report.data).toEqual({
      error: { code: 'bad-users', message: '--users: -1 is out of range', remedy: 'pass 1 or more' },
    });
  });

  it('without its stack if the cloud refused', async () => {
    const report = await reportError(
      cloudError('refused', 'no', 'ask again', new Error('cause')),
      plainStyle,
    );
    expect(report).toMatchObject({ exitCode: 3, lines: ['error: no', '  → ask again'] });
  });

  it('with stack, causes and versions if it is a bug', async () => {
    const report = await reportError(
      new TypeError('x is not a function', { cause: new Error('deeper') }),
      plainStyle,
    );
    const text = report.lines.join('\n');
    expect(text).toMatch(/TypeError: x is not a function\n\s+at /);
    expect(text).toMatch(/caused by Error: deeper/);
    expect(text).toMatch(/mlbench \d+\.\d+\.\d+, Node\.js/);
    expect(text).toMatch(/error: mlbench failed unexpectedly: x is not a function\n {2}→ this is a bug/);
    expect(report.exitCode).toBe(1);
    expect(report.data.error.code).toBe('bug');
  });

  it('even if what was thrown is no error', async () => {
    expect(await reportError('oops', plainStyle)).toMatchObject({ exitCode: 1 });
  });
});

it('an abortion is told from a failure', async () => {
  const abort = new AbortController();
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  expect(isAbortion(aborted, abort.signal)).toBe(false);
  abort.abort(interruption());
  expect(isAbortion(aborted, abort.signal)).toBe(true);
  expect(isAbortion(abort.signal.reason, abort.signal)).toBe(true);
  expect(isAbortion(new TypeError('x'), abort.signal)).toBe(false);
  expect((await reportError(abort.signal.reason, plainStyle)).exitCode).toBe(130);
});
