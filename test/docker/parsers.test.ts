import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCsv, parseCsv } from '../../docker/src/decode-csv.ts';
import { decodeJson, decodeJsonLines } from '../../docker/src/decode-json.ts';
import { readElement } from '../../docker/src/elements.ts';
import { encodePredictions } from '../../docker/src/encode.ts';
import { requestFormat, responseFormat } from '../../docker/src/negotiate.ts';
import { shortestFloat32 } from '../../docker/src/predictions.ts';
import { RequestError } from '../../docker/src/request-error.ts';
import type { RowContext } from '../../docker/src/rows.ts';

fc.configureGlobal({ seed: 20_261_122 });

const table: RowContext = { columnNames: ['a', 'b'], rowRank: 1, takesText: false };

describe('a body of a few megabytes', () => {
  const most = 6_291_456;
  const context: RowContext = { columnNames: [], rowRank: 0, takesText: false, takesIntegers: true };
  test.each([
    ['JSON', () => decodeJson(`{"instances":[${'0,'.repeat(most / 2 - 10)}0]}`, context), 413],
    ['JSON lines', () => decodeJsonLines('0\n'.repeat(most / 2), context), 413],
    ['CSV', () => decodeCsv('1\n'.repeat(most / 2), context), 413],
    ['numbers that no double holds', () => decodeJson(`[1e999${',0'.repeat(most / 2 - 10)}]`, context), 400],
  ])('does not become gigabytes of instances: %s', (_, decode, status) => {
    const error = failureOf(decode);
    expect([error instanceof RequestError, (error as RequestError).status]).toEqual([true, status]);
  });
});

describe('CSV', () => {
  const cell = fc.string({ maxLength: 12 });
  // A record of one blank cell is a blank line, which is passed over.
  const record = fc.array(cell, { minLength: 2, maxLength: 5 });

  test('whatever is quoted comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), (records, newline) => {
        const text = records
          .map((cells) => cells.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
          .join(newline);
        expect(parseCsv(text).map((parsed) => parsed.cells)).toEqual(records);
      }),
    );
  });

  test('any text is either parsed or refused in one line, never worse', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '1', 'a', ' ', '-') }), (text) => {
        const failure = failureOf(() => decodeCsv(text, table));
        if (failure === undefined) return;
        expect(failure).toBeInstanceOf(RequestError);
        expect((failure as Error).message).not.toContain('\n');
      }),
    );
  });

  test('a name that spans lines does not break the error in two', () => {
    expect(() => decodeCsv('"x\ny",b\n1,2\n', table)).toThrow(
      /^line 1: unknown column "x y"; the model has a, b$/,
    );
  });

  test('a line number counts the line breaks inside quotes', () => {
    expect(parseCsv('1,"x\ny"\n\n2,3\n')).toEqual([
      { line: 1, cells: ['1', 'x\ny'], bare: true },
      { line: 4, cells: ['2', '3'], bare: true },
    ]);
  });

  test.each<[text: string, message: RegExp]>([
    ['', /no instances/],
    ['\n\n', /no instances/],
    ['a,b\n', /a header, but no instance/],
    ['a,c\n1,2', /^line 1: unknown column "c"; the model has a, b$/],
    ['a,a\n1,2', /"a" is there twice/],
    ['a,b\n1,2\n1', /^line 3: 1 cells under 2 columns$/],
    ['"1,2', /^line 1: a quote is opened and never closed$/],
    ['"1"2,3', /^line 1: "2" after a closing quote$/],
  ])('%j is refused', (text, message) => {
    expect(() => decodeCsv(text, table)).toThrow(message);
  });

  test('a first record of words is a header only where the model takes numbers', () => {
    const words: RowContext = { columnNames: [], rowRank: 1, takesText: true };
    expect(decodeCsv('yes,no\n', words)).toHaveLength(1);
    expect(() => decodeCsv('yes,no\n1,2\n', table)).toThrow('unknown column "yes"');
  });
});

describe('JSON', () => {
  test('any JSON value is either rows or refused in one line', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const failure = failureOf(() => decodeJson(text, table));
        if (failure !== undefined) expect(failure).toBeInstanceOf(RequestError);
      }),
    );
  });

  test('JSON Lines says the same as an array of the lines', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { minLength: 1 }), { minLength: 1 }), (rows) => {
        const lines = decodeJsonLines(rows.map((row) => JSON.stringify(row)).join('\n'), table);
        const array = decodeJson(JSON.stringify({ instances: rows }), table);
        expect(lines.map((row) => row.value)).toEqual(array.map((row) => row.value));
      }),
    );
  });

  test('the place in an error does not depend on the content before it', () => {
    expect(() => decodeJsonLines('[1]\n\n{"a":', table)).toThrow(/^line 3 is not JSON: /);
  });
});

describe('one element', () => {
  test('CSV and JSON agree about every number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const fromJson = readElement(number, 'float64', false, 'refuse');
        expect(readElement(JSON.stringify(number), 'float64', true, 'refuse')).toEqual(
          Object.is(number, -0) ? { value: 0 } : fromJson,
        );
      }),
    );
  });

  test('every 64-bit integer survives CSV', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        expect(readElement(String(integer), 'int64', true, 'refuse')).toEqual({ value: integer });
      }),
    );
  });

  test.each<[value: unknown, type: Parameters<typeof readElement>[1], isText: boolean, problem: string]>([
    ['Infinity', 'float32', true, '"Infinity" is not a number'],
    [undefined, 'float32', false, 'is missing'],
    [' ', 'float64', true, 'is missing'],
    [true, 'float32', false, 'true is not a number'],
    [{ x: 1 }, 'float32', false, '{"x":1} is not a number'],
    ['9223372036854775808', 'int64', true, '"9223372036854775808" does not fit int64'],
    [-1, 'uint32', false, '-1 does not fit uint32'],
    [1.5, 'int32', false, '1.5 is not a whole number'],
    ['x'.repeat(50), 'float32', true, `"${'x'.repeat(38)}… is not a number`],
  ])('%j is not %s', (value, type, isText, problem) => {
    expect(readElement(value, type, isText, 'refuse')).toEqual({ problem });
  });
});

describe('what the answer looks like', () => {
  test('a single-precision number is written with as few digits as tell it apart', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Math.fround(shortestFloat32(number))).toBe(number);
      }),
    );
    expect(shortestFloat32(Math.fround(0.1))).toBe(0.1);
  });

  test('CSV has the label first, and quotes what needs it', () => {
    const predictions = [{ label: 'a, "b"', probabilities: { x: 0.25, y: 0.75 } }, [[1, 2], [3]], null];
    expect(encodePredictions(predictions, 'csv')).toBe('"a, ""b""",0.25,0.75\n1,2,3\n\n');
  });
});

describe('content negotiation', () => {
  test.each<[accept: string | undefined, format: string | undefined]>([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['text/csv', 'csv'],
    ['text/*', 'csv'],
    ['application/*', 'json'],
    ['application/x-ndjson', 'jsonlines'],
    ['text/csv;q=0.5, application/json;q=0.4', 'csv'],
    ['application/json;q=0, */*', 'jsonlines'],
    ['TEXT/CSV; charset=utf-8', 'csv'],
    ['image/png, */*;q=0.1', 'json'],
    ['image/png', undefined],
    ['application/json;q=0', undefined],
    ['text/csv;q=high', undefined],
  ])('accepting %j gets %s', (accept, format) => {
    if (format === undefined) expect(() => responseFormat(accept)).toThrow(/cannot answer as/);
    else expect(responseFormat(accept)).toBe(format);
  });

  test.each<[contentType: string | undefined, format: string | undefined]>([
    [undefined, 'json'],
    ['application/json; charset="UTF-8"', 'json'],
    ['application/x-jsonlines', 'jsonlines'],
    ['Text/CSV; header=present', 'csv'],
    ['application/octet-stream', undefined],
    ['text/csv; charset=latin1', undefined],
  ])('a body of type %j is read as %s', (contentType, format) => {
    if (format === undefined) expect(() => requestFormat(contentType)).toThrow(/is not supported; send/);
    else expect(requestFormat(contentType)).toBe(format);
  });
});

function failureOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
