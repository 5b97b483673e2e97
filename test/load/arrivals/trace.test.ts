import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTracePayloads, openTrace, scanTrace } from '../../../src/load/arrivals/trace-arrivals.ts';
import { readTrace } from '../../../src/load/arrivals/trace-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function trace(text: string): string {
  const file = join(folder, `trace-${files++}.csv`);
  writeFileSync(file, text);
  return file;
}

function arrivalsOf(text: string) {
  const reader = readTrace(trace(text));
  const arrivals = [];
  for (let next = reader.next(); next !== null; next = reader.next()) arrivals.push(next);
  reader.close();
  return arrivals;
}

describe('a trace', () => {
  it('of seconds counts from the run’s start, with or without payloads, comments and a heading', () => {
    expect(arrivalsOf('timestamp,payload\n# morning\n0.25\n\n0.25,größe\r\n3,"b"')).toEqual([
      { atMs: 250, payload: null, line: 3 },
      { atMs: 250, payload: 'größe', line: 5 },
      { atMs: 3_000, payload: '"b"', line: 6 },
    ]);
  });

  it('may begin with a byte order mark', () => {
    expect(arrivalsOf('\ufeff0.5\n1')).toMatchObject([{ atMs: 500, line: 1 }, { atMs: 1_000 }]);
    expect(arrivalsOf('\ufefftimestamp\n1')).toMatchObject([{ atMs: 1_000, line: 2 }]);
  });

  it('of instants counts from its first', () => {
    expect(arrivalsOf('1735689600.5\n1735689601')).toMatchObject([{ atMs: 0 }, { atMs: 500 }]);
    const iso = arrivalsOf('2025-01-01T00:00:00.0005Z\n2025-01-01T01:00:01+01:00,a');
    expect(iso[0]!.atMs).toBe(0);
    expect(iso[1]!.atMs).toBeCloseTo(999.5, 3);
  });

  it.each([
    ['0\n1\nsoon', 3, '"soon" is not a timestamp'],
    ['0\n-1', 2, '"-1" is not a timestamp'],
    ['5\n4.9', 2, 'earlier than the line before'],
    ['0,a,b', 1, 'more than two columns'],
    ['0\n999999', 2, 'more than a week'],
    ['1735689600250', 1, 'in milliseconds'],
    [`0\n${'1'.repeat(200_000)}`, 2, 'longer than'],
  ])('that is malformed is refused with the line’s number: %#', (text, line, why) => {
    const refusal = catchError(() => scanTrace(trace(text)));
    expect(refusal).toMatchObject({ exitCode: 2 });
    expect(refusal.message).toContain(`line ${line}:`);
    expect(refusal.message).toContain(why);
    expect(refusal.message).not.toContain('\n');
  });

  it('that is not there, holds nothing or is a folder is refused', () => {
    expect(catchError(() => scanTrace(join(folder, 'none'))).message).toContain('there is no file');
    expect(catchError(() => scanTrace(trace('# nothing\n'))).message).toContain('holds no arrivals');
    expect(catchError(() => scanTrace(folder))).toMatchObject({ exitCode: 2 });
  });

  it('names records that are there, or is refused', () => {
    const named = trace('0\n1,2\n2,3');
    expect(() => checkTracePayloads(named, 3)).not.toThrow();
    expect(() => checkTracePayloads(trace('0\n1'), null)).not.toThrow();
    expect(catchError(() => checkTracePayloads(named, 2)).message).toMatch(/line 3, .*"3".* holds 2/);
    expect(catchError(() => checkTracePayloads(named, null)).message).toMatch(/line 2, .*no --data/);
    expect(catchError(() => checkTracePayloads(trace('0,first'), 2))).toMatchObject({ exitCode: 2 });
  });

  it('larger than a chunk is shared by workers without a gap or an overlap', () => {
    const count = 50_000;
    const file = trace(Array.from({ length: count }, (_, index) => `${index / 1_000},p${index}\n`).join(''));
    const profile = scanTrace(file);
    expect(profile).toMatchObject({ arrivals: count, durationMs: count });
    const seen: string[] = [];
    for (let stripe = 0; stripe < 3; stripe++) {
      const source = openTrace(profile, null, { stripe, stripes: 3 });
      for (; source.nextMs !== Number.POSITIVE_INFINITY; source.advance()) seen.push(source.nextPayload!);
      source.close();
    }
    expect(new Set(seen).size).toBe(count);
    expect(seen).toHaveLength(count);
  });

  it('ends with a limit of requests, and with the run', () => {
    const profile = scanTrace(trace('0\n1\n2\n3\n4'));
    const whole = { stripe: 0, stripes: 1 };
    expect(openTrace(profile, 3, whole).skipBefore(Number.POSITIVE_INFINITY)).toBe(3);
    expect(openTrace({ ...profile, durationMs: 2_000 }, null, whole).skipBefore(9e9)).toBe(2);
  });
});

function catchError(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}
