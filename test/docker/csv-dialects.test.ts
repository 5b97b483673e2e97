import { describe, expect, test } from 'vitest';
import { decodeCsv } from '../../docker/src/decode-csv.ts';
import { type ModelDescription, noDescription } from '../../docker/src/description.ts';
import { buildFeeds, rowContext } from '../../docker/src/feeds.ts';
import { csvHeader } from '../../docker/src/negotiate.ts';
import type { ElementType, Signature } from '../../docker/src/signature.ts';

/** A model of one input, of so many columns a row; null: as many as the rows have. */
function modelOf(columns: number | null, type: ElementType = 'float32'): Signature {
  return {
    inputs: [{ name: 'x', type, rowShape: [columns], hasBatch: true }],
    outputs: [],
    unserved: [],
    batch: { kind: 'any' },
  };
}

/** What the model is given of a body of CSV. */
function fedWith(
  body: string,
  model = modelOf(3),
  description: Partial<ModelDescription> = {},
  header?: 'present' | 'absent',
): unknown[] {
  const whole = { ...noDescription, ...description };
  const context = { ...rowContext(model, whole), ...(header === undefined ? {} : { header }) };
  return Array.from(buildFeeds(decodeCsv(body, context), model, whole).get('x')!.data);
}

/** As pandas, R, SQL and JSON, Python, and C of Windows write that there is no value. */
const missingWords = [
  'nan',
  'NaN',
  '-nan',
  '+NAN',
  'NA',
  'n/a',
  '<NA>',
  'null',
  'NULL',
  'None',
  'none',
].concat(['1.#QNAN', '-1.#QNAN', '1.#SNAN', '-1.#IND', '1.#QNAN0', '-1.#IND00']);

describe('a CSV body', () => {
  test.each([
    ['plain', '1,2,3\n', [1, 2, 3]],
    ['with CRLF', '1,2,3\r\n4,5,6\r\n', [1, 2, 3, 4, 5, 6]],
    ['with CR alone', '1,2,3\r4,5,6', [1, 2, 3, 4, 5, 6]],
    ['quoted', '"1","2",3', [1, 2, 3]],
    ['with spaces', ' 1 ,2 , 3', [1, 2, 3]],
    ['with tabs around its cells', '1,\t2,3\t', [1, 2, 3]],
    ['with blank lines', '\n1,2,3\n\n  \n', [1, 2, 3]],
    ['in scientific notation', '1e0,+.2e1,3.', [1, 2, 3]],
  ])('%s is taken', (_, body, values) => {
    expect(fedWith(body)).toEqual(values);
  });

  test.each([
    ['1;2;3', 'line 1: its cells are separated by ";", and commas are taken here'],
    ['\n1\t2\t3\n', 'line 2: its cells are separated by "\\t"'],
    ['1|2|3', 'separated by "|"'],
    ['a;b;c\n1;2;3', 'line 1: its cells are separated by ";"'],
    // Decimal commas: as many cells as the model takes.
    ['5,1;3,5', 'line 1, column 2: "1;3" is not a number; cells are separated by commas here, not by ";"'],
    ['1,2,3,', 'line 1: 4 values, but the model takes 3'],
    ['1,2,3\n1,,3', 'line 2, column 2: is missing'],
    ['1,nan,3', 'line 1, column 2: "nan" is not a number'],
    ['nan,NA,null', 'line 1, column 1: "nan" is not a number'],
    ['1,inf,3', '"inf" is not a number'],
    ['inf,-inf,Infinity', 'line 1, column 1: "inf" is not a number'],
    ['1,2,3\na,b,c', 'line 2, column 1: "a" is not a number'],
  ])('%j is refused with the reason', (body, reason) => {
    expect(() => fedWith(body)).toThrow(reason);
  });

  test.each([2, null])('separated by semicolons is no single column of a model that takes %j', (columns) => {
    for (const type of ['float32', 'int64', 'string', 'bool'] as const)
      expect(() => fedWith('1;0\n', modelOf(columns, type))).toThrow('separated by ";"');
    expect(fedWith('"1;0"\n', modelOf(null, 'string'))).toEqual(['1;0']);
  });

  test('of a model that takes one text a row is any text', () => {
    expect(fedWith('a; b\tc|d\n"x, y"\n""\n', modelOf(1, 'string'))).toEqual(['a; b\tc|d', 'x, y', '']);
  });
});

describe('missing values, where the model takes them,', () => {
  const nan = Number.NaN;
  const takes = { missingValues: 'nan' } as const;

  test.each(['', ' ', '"nan"', '""', ...missingWords])('may be written %j', (cell) => {
    expect(fedWith(`1,${cell},3\n`, modelOf(3), takes)).toEqual([1, nan, 3]);
    expect(fedWith(`${cell},${cell},${cell}\n1,2,3`, modelOf(3), takes)).toEqual([nan, nan, nan, 1, 2, 3]);
  });

  test('are none of an integer', () => {
    for (const cell of ['nan', ''])
      expect(() => fedWith(`1,${cell},3`, modelOf(3, 'int64'), takes)).toThrow('line 1, column 2:');
  });

  test('in the only column are no blank line, which could be either', () => {
    expect(fedWith('1\nnan\n""\n2\n\n', modelOf(1), takes)).toEqual([1, nan, nan, 2]);
    expect(() => fedWith('1\n\n2\n', modelOf(1), takes)).toThrow('line 2 is blank: write "" or nan');
    expect(() => fedWith('a\n\nb\n', modelOf(1, 'string'))).toThrow('line 2 is blank');
    expect(fedWith('1\n\n2\n', modelOf(1))).toEqual([1, 2]);
  });
});

describe('a header', () => {
  const named = { features: ['a', 'nan', 'c'] };

  test('is one by its names, be one of them a word for a missing value', () => {
    expect(fedWith('c,a,nan\n3,1,2', modelOf(3), named)).toEqual([1, 2, 3]);
  });

  const thrice = [...missingWords, 'true', 'inf', '-Infinity', '1.#INF', '-1.#INF00'].map(
    (word) => `${word},${word},${word}`,
  );
  test.each([...thrice, 'true,false,true', '0x10,0x11,0x12', '-,-,-', '1;,2;,3;'])('is not %j', (line) => {
    expect(() => fedWith(`${line}\n1,2,3`, modelOf(3), { features: ['a', 'b', 'c'] })).toThrow(
      /^line 1, a: .* is not a number/,
    );
  });

  test('is what the content type says, whatever it looks like', () => {
    expect(csvHeader('text/csv; charset=utf-8; header=present')).toBe('present');
    expect(csvHeader('text/csv;header="ABSENT"')).toBe('absent');
    expect(csvHeader('text/csv')).toBe(undefined);
    expect(() => csvHeader('text/csv; header=maybe')).toThrow('header=maybe is not supported');
    expect(fedWith('x,y,z\n1,2,3', modelOf(3), {}, 'present')).toEqual([1, 2, 3]);
    expect(fedWith('a,b\n1,2', modelOf(2, 'string'), {}, 'present')).toEqual(['1', '2']);
    const features = { features: ['a', 'b'] };
    expect(fedWith('a,b\n', modelOf(2, 'string'), features, 'absent')).toEqual(['a', 'b']);
    expect(() => fedWith('b,x\n1,2', modelOf(2), features, 'present')).toThrow('unknown column "x"');
  });
});

describe('columns beyond counting', () => {
  const columns = 300_000;
  const features = Array.from({ length: columns }, (_, at) => `f${at}`);
  const model = modelOf(columns);

  test('are read in a time that goes with their number', { timeout: 60_000 }, () => {
    const values = features.map((_, at) => at % 10).join(',');
    expect(fedWith(values, model)).toHaveLength(columns);
    expect(fedWith(`${features.join(',')}\n${values}`, model, { features })).toHaveLength(columns);
    expect(() => fedWith(`${features.join(',')},f0\n`, model, { features })).toThrow('"f0" is there twice');
    const short = failure(() => fedWith('1,2', model, { features }));
    expect(short.length).toBeLessThan(600);
  });
});

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}
