import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forTerminal, sealed } from '../../../src/cli/terminal/sealed.ts';
import { colourStyle, plainStyle } from '../../../src/cli/terminal/style.ts';
import {
  displayWidth,
  padEnd,
  table,
  tableOrList,
  truncate,
  wrap,
  wrapLine,
} from '../../../src/cli/terminal/text.ts';

describe('text in a terminal', () => {
  it.each([
    ['plain', 5],
    [colourStyle.bold(colourStyle.red('red')), 3],
    ['企鵝', 4],
    ['🐧', 2],
    ['e\u0301', 1],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['企鵝企鵝', 4, '企…'],
    ['anything', 0, ''],
    [`a ${colourStyle.red('red')} one`, 4, `a ${sealed('31m')}r…${sealed('0m')}`],
  ])('%j cut to %i columns is %j', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut);
  });

  it('is never wider than it was cut to, whatever it holds', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('企', '🐧', '\u001b[1m', '\u001b[0m'),
    );
    fc.assert(
      fc.property(fc.array(part), fc.nat(40), (parts, width) => {
        expect(displayWidth(truncate(parts.join(''), width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('stands in columns whatever is wide in it', () => {
    expect(
      table(
        [
          ['企鵝', '1'],
          ['penguin', '12'],
        ],
        new Set([1]),
      ),
    ).toEqual(['企鵝      1', 'penguin  12']);
    expect(padEnd('🐧', 3)).toBe('🐧 ');
  });

  it('breaks at spaces, and within a word only where no line holds it', () => {
    expect(wrap('a few words and verylongones', 12)).toEqual(['a few words', 'and', 'verylongones']);
    expect(wrap('a few words and verylongones', 9)).toEqual(['a few', 'words and', 'verylongo', 'nes']);
  });

  it('breaks an address after what parts it', () => {
    expect(
      wrap('at https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/mlbench/invocations', 30),
    ).toEqual([
      'at',
      'https://runtime.sagemaker.eu-',
      'west-1.amazonaws.com/',
      'endpoints/mlbench/invocations',
    ]);
  });

  it('breaks a path at a slash rather than within a name', () => {
    expect(wrap('/home/me/.mlbench/runs/20260101-120000-a1b2/report.html', 40)).toEqual([
      '/home/me/.mlbench/runs/',
      '20260101-120000-a1b2/report.html',
    ]);
    const coloured = wrap('\u001b[4m/home/me/.mlbench/runs/20260101-120000-a1b2/report.html\u001b[0m', 40);
    expect(coloured[0]).toBe('\u001b[4m/home/me/.mlbench/runs/');
  });

  it.each([8, 12, 20, 40, 41])('keeps every character of a word, on lines of at most %d columns', (width) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '.', '企'), maxLength: 120 }),
        (word) => {
          const lines = wrap(word, width);
          expect(lines.join('')).toBe(word);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { seed: 1 },
    );
  });

  it('goes on under a line, without a space where a word was broken', () => {
    expect(wrapLine('  ✖ the reason stands at the end of it', 20, 2)).toEqual([
      '  ✖ the reason',
      '    stands at the',
      '    end of it',
    ]);
    const word = 'x'.repeat(50);
    expect(wrapLine(`  ${word}`, 20).join('').replaceAll(' ', '')).toBe(word);
  });

  it('lists a table that does not fit, each cell with what it is', () => {
    const show = (width: number) =>
      tableOrList(['name', 'count', 'p99'], [['a-long-name', '1,200', '40ms']], {
        right: new Set([1, 2]),
        width,
      });
    expect(show(40)).toEqual(['name         count   p99', 'a-long-name  1,200  40ms']);
    expect(show(22)).toEqual(['name        count  p99', 'a-long-name 1,200 40ms']);
    expect(show(20)).toEqual(['a-long-name: count', '    1,200, p99 40ms']);
  });
});

describe('styles', () => {
  it.each(Object.keys(colourStyle) as (keyof typeof colourStyle)[])(
    '%s ends by itself, and is nothing where no colour is wanted',
    (name) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence at both ends
      expect(forTerminal(colourStyle[name]('text'))).toMatch(/^\u001b\[\d+mtext\u001b\[\d+m$/);
      expect(plainStyle[name]('text')).toBe('text');
    },
  );

  it('are given whatever the environment says: who wants none takes the plain style', () => {
    const before = process.env['NO_COLOR'];
    process.env['NO_COLOR'] = '1';
    try {
      expect(forTerminal(colourStyle.red('text'))).toBe('\u001b[31mtext\u001b[39m');
    } finally {
      if (before === undefined) delete process.env['NO_COLOR'];
      else process.env['NO_COLOR'] = before;
    }
  });
});
