import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../src/load/output/csv.ts';
import { readCsv } from './read-csv.ts';

describe('a line of CSV', () => {
  it('comes back cell by cell, whatever the text, but for an apostrophe before formulas', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 6 }), (cells) => {
        const read = readCsv(csvLine(cells));
        expect(read).toHaveLength(1);
        expect(read[0]!.map((cell, at) => (cell === cells[at] ? cell : cell.replace(/^'/, '')))).toEqual(
          cells,
        );
      }),
    );
  });

  it('never starts a cell the way a formula starts', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' ='), fc.string(), (start, rest) => {
        const [[cell]] = readCsv(csvLine([start + rest])) as [[string]];
        expect(cell).toBe(`'${start}${rest}`);
      }),
    );
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
