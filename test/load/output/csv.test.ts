import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableLines } from '../../../src/core/printable.ts';
import { csvLine } from '../../../src/load/output/csv.ts';
import { readCsv } from './read-csv.ts';

describe('a line of CSV', () => {
  it('comes back cell by cell, whatever the text, but for an apostrophe before formulas', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 6 }), (cells) => {
        const read = readCsv(csvLine(cells));
        expect(read).toHaveLength(1);
        const shown = cells.map((cell) => printableLines(cell.replaceAll('\r\n', '\n')));
        expect(read[0]!.map((cell, at) => (cell === shown[at] ? cell : cell.replace(/^'/, '')))).toEqual(
          shown,
        );
      }),
    );
  });

  it('never starts a cell the way a formula starts', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' ='), fc.string(), (start, rest) => {
        const [[cell]] = readCsv(csvLine([start + rest])) as [[string]];
        expect(cell).toBe(`'${printableLines(start + rest)}`);
      }),
    );
  });

  it('holds nothing that a terminal obeys', () => {
    expect(csvLine(['\u001b[2Jname', 'a\u202eb', 'x\u009b31m'])).toBe('\\x1b[2Jname,a\\u202eb,x\\x9b31m\r\n');
  });

  it.each([
    [['a', 1, 2.5], 'a,1,2.5\r\n'],
    [['say "hi"', 'x,y'], '"say ""hi""","x,y"\r\n'],
    [['two\nlines', ''], '"two\nlines",\r\n'],
    [['=HYPERLINK("http://bad")', -3], '"\'=HYPERLINK(""http://bad"")",-3\r\n'],
  ])('of %j is %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
