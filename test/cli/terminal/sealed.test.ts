import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadLines } from '../../../src/cli/render/load-summary.ts';
import { statusLines } from '../../../src/cli/render/status-summary.ts';
import { upLines } from '../../../src/cli/render/up-summary.ts';
import { forTerminal, harmlessLine, sealed } from '../../../src/cli/terminal/sealed.ts';
import { colourStyle, plainStyle } from '../../../src/cli/terminal/style.ts';
import { displayWidth, truncate } from '../../../src/cli/terminal/text.ts';
import { unprintable } from '../../../src/core/printable.ts';
import type { LoadOutcome, StatusOutcome, UpOutcome } from '../../../src/experiment/contract/outcomes.ts';
import { runResult } from '../render/samples.ts';

const hostile = fc.oneof(
  fc.constantFrom(
    '\u001b[2J\u001b[31mowned\u001b[0m',
    '\u001b]8;;http://evil\u0007click\u001b]8;;\u0007',
    '\u009b31m',
    '\u202egnp.exe',
    'a\nerror: forged',
    'a\r\u001b[Kb',
    '\u2066\u2069\u200b\u{e0041}',
    '\u001b[1;2;3;4;31m',
    '\u007f\u0008\u0000\ud800',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
);

/** What is left when our own colours are taken out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for
const withoutColours = (text: string) => text.replace(/\u001b\[(?:1|2|22|3[1-6]|39)m/g, '');

function obeyed(text: string): string[] {
  return (withoutColours(text).match(unprintable) ?? []).filter((character) => character !== '\n');
}

describe('what reaches a terminal', () => {
  it('holds no control character of others, whatever they wrote', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(
          forTerminal(text)
            .match(unprintable)
            ?.filter((one) => one !== '\n') ?? [],
        ).toEqual([]);
        expect(forTerminal(harmlessLine(text))).not.toContain('\n');
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it('holds our own sequences, though what is in them is others’', () => {
    const text = colourStyle.bold(`${colourStyle.red('\u001b[31mred')} and bold`);
    expect(forTerminal(text)).toBe('\u001b[1m\u001b[31m\\x1b[31mred\u001b[39m and bold\u001b[22m');
    expect(forTerminal(sealed('?1049h') + sealed('K'))).toBe('\u001b[?1049h\u001b[K');
  });

  it('still fits the screen, measured after it was made harmless', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.integer({ min: 1, max: 30 }),
        (text, width) =>
          displayWidth(forTerminal(truncate(harmlessLine(colourStyle.red(text)), width))) <= width,
      ),
      { seed: 4 },
    );
  });
});

const status: StatusOutcome = {
  exitCode: 0,
  experiment: 'NAME',
  target: 'local',
  up: true,
  endpointName: 'NAME',
  endpointStatus: 'NAME',
  variants: [{ name: 'NAME', instanceType: 'NAME', current: 1, desired: 4, weight: 1 }],
  autoscaling: null,
  alarms: [{ name: 'NAME-AlarmHigh-1', state: 'ALARM', reason: 'NAME' }],
  apiUrl: null,
  standIn: null,
  emulatedCapacity: null,
  expiry: null,
  resources: [{ kind: 'object', name: 'NAME', state: 'NAME' }],
  runs: ['NAME'],
};
const up = {
  exitCode: 0,
  experiment: 'NAME',
  target: 'local',
  endpointName: 'NAME',
  endpointArn: 'NAME',
  variantName: 'NAME',
  sampleRequest: { from: 'archive', path: 'NAME', body: '["NAME"]', bytes: 8, problem: null },
  instances: 1,
  apiUrl: 'http://127.0.0.1:1/NAME',
  standInUrl: 'http://127.0.0.1:2/NAME',
  autoscaling: null,
  emulatedCapacity: 'emulated capacity: NAME',
  expiry: null,
  resources: [{ kind: 'NAME', name: 'NAME', outcome: 'created' }],
  elapsedMs: 1_230,
} satisfies UpOutcome;
const load: LoadOutcome = {
  exitCode: 0,
  reportPath: 'NAME/report.html',
  runDirectory: 'NAME',
  result: runResult({
    errors: [{ kind: 'http', status: 500, message: 'NAME', count: 3, firstAt: '', lastAt: '' }],
  }),
};

describe('a summary', () => {
  const renderers: [string, (name: string, style: typeof plainStyle) => string[]][] = [
    ['up', (name, style) => upLines(renamed(up, name), style, 100)],
    ['status', (name, style) => statusLines(renamed(status, name), style, 100)],
    ['load', (name, style) => loadLines(renamed(load, name), name, style, 100)],
  ];

  it.each(renderers)('of %s shows hostile names as text, each line on a line of its own', (_, render) => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(plainStyle, colourStyle), (name, style) => {
        const shown = render(name, style).map((line) => forTerminal(harmlessLine(line)));
        expect(shown.flatMap(obeyed)).toEqual([]);
        expect(shown.filter((line) => line.includes('\n'))).toEqual([]);
        if (style === plainStyle) expect(shown.join('')).not.toContain('\u001b');
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

function renamed<T>(outcome: T, name: string): T {
  return JSON.parse(JSON.stringify(outcome), (_, value) =>
    typeof value === 'string' ? value.replaceAll(/NAME|mlbench/g, () => name) : value,
  );
}
