import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logJson, logLines } from '../../../src/cli/render/log-lines.ts';
import { forTerminal } from '../../../src/cli/terminal/sealed.ts';
import { colourStyle, plainStyle } from '../../../src/cli/terminal/style.ts';
import type { LogLine } from '../../../src/observe/logs/log-source.ts';

const line = (over: Partial<LogLine> = {}): LogLine => ({
  source: 'endpoint',
  group: '/aws/sagemaker/Endpoints/e',
  stream: 'AllTraffic/i-0123',
  eventId: '1',
  atMs: Date.UTC(2026, 10, 22, 15, 0, 0, 123),
  message: 'hello',
  ...over,
});
const shown = (message: string) => logLines(line({ message }), false, plainStyle);
const head = '2026-11-22T15:00:00.123Z AllTraffic/i-0123';

describe('a line of the log', () => {
  it('has its time, its stream and its text', () => {
    expect(logLines(line(), false, plainStyle)).toEqual([`${head} hello`]);
    expect(logLines(line(), true, plainStyle)).toEqual([
      '2026-11-22T15:00:00.123Z endpoint AllTraffic/i-0123 hello',
    ]);
  });

  it.each([
    ['\u001b[2J\u001b]0;title\u0007', '\\x1b[2J\\x1b]0;title\\x07'],
    ['\u009b31mred', '\\x9b31mred'],
    ['over\rwritten', 'over\\rwritten'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['null\u0000', 'null\\x00'],
    ['a\tb é 𝛼', 'a\tb é 𝛼'],
    ['lone \ud800', 'lone \ufffd'],
  ])('shows %j harmlessly', (message, text) => {
    expect(shown(message)).toEqual([`${head} ${text}`]);
  });

  it('cannot be made to look like two', () => {
    expect(shown(`real\n${head} forged\n`)).toEqual([`${head} real`, `    ${head} forged`]);
  });

  it('is cut where it is huge', () => {
    const [only, ...others] = shown('x'.repeat(1_000_000));
    expect(others).toEqual([]);
    expect(only!.length).toBeLessThan(4_200);
    expect(only).toContain('… (996000 more characters; --json has them)');
    expect(shown('y\n'.repeat(1_000_000)).length).toBe(100);
  });

  it('gives nothing to a terminal that it would obey, whatever was logged', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come through
    const obeyed = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e]/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, stream) => {
        for (const text of logLines(line({ message, stream }), true, plainStyle))
          expect(text).not.toMatch(obeyed);
        const json = logJson(line({ message, stream }));
        expect(json).not.toMatch(obeyed);
        expect(JSON.parse(json)).toMatchObject({ message: message.toWellFormed() });
      }),
    );
  });

  it('keeps the colours that are ours', () => {
    expect(forTerminal(logLines(line({ message: '\u001b[31m' }), false, colourStyle)[0]!)).toBe(
      '\u001b[2m2026-11-22T15:00:00.123Z\u001b[22m \u001b[2mAllTraffic/i-0123\u001b[22m \\x1b[31m',
    );
  });

  it('survives a time that is none', () => {
    expect(logLines(line({ atMs: 1e20 }), false, plainStyle)[0]).toContain('100000000000000000000ms');
  });
});
