import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCsv } from '../../docker/src/decode-csv.ts';
import { decodeJson, decodeJsonLines } from '../../docker/src/decode-json.ts';
import { encodePredictions } from '../../docker/src/encode.ts';
import { parseJson, wholeNumber } from '../../docker/src/json-number.ts';
import { loadModel, type Model } from '../../docker/src/model.ts';
import type { ResponseFormat } from '../../docker/src/negotiate.ts';
import { halfToNumber } from '../../docker/src/runtime/half.ts';
import { onnxModels } from './onnx-models.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-exact-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function load(name: keyof typeof onnxModels): Promise<Model> {
  const modelDirectory = mkdtempSync(join(folder, 'model-'));
  writeFileSync(join(modelDirectory, 'model.onnx'), onnxModels[name]);
  return await loadModel({ modelDirectory, backend: 'native', inferenceThreads: 1 });
}

/** A body in, a body out. */
async function answer(
  model: Model,
  body: string,
  input = decodeJson,
  output: ResponseFormat = 'json',
): Promise<string> {
  return encodePredictions(await model.predict(input(body, model.context)), output);
}

describe('a 64-bit integer in JSON', () => {
  test('comes back as it went in, as a number or in the quotes that the answer puts around it, also twice', async () => {
    const model = await load('sequence');
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.boolean(),
        async (integer, quoted) => {
          const text = quoted ? `"${integer}"` : String(integer);
          const isLarge = integer > 2n ** 53n || integer < -(2n ** 53n);
          const expected = isLarge ? `"${integer}"` : String(integer);
          expect(await answer(model, `{"instances":[[${text}]]}`)).toBe(`{"predictions":[[${expected}]]}`);
          const again = await answer(model, `[${expected}]`, decodeJsonLines, 'jsonlines');
          expect(again).toBe(`[${expected}]\n`);
          expect(await answer(model, String(integer), decodeCsv, 'csv')).toBe(`${integer}\n`);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('may be unsigned', async () => {
    const model = await load('unsigned');
    expect(await answer(model, '[[18446744073709551615, "18446744073709551615", 1e19]]')).toBe(
      '{"predictions":[["18446744073709551615","18446744073709551615","10000000000000000000"]]}',
    );
    await expect(answer(model, '[[18446744073709551616]]')).rejects.toThrow(
      'instances[0][0]: 18446744073709551616 does not fit uint64',
    );
    await expect(answer(model, '[["-1"]]')).rejects.toThrow('does not fit uint64');
  });

  test.each([
    ['9007199254740993.0', '"9007199254740993"'],
    ['9007199254740993000e-3', '"9007199254740993"'],
    ['9.007199254740993e15', '9007199254740993'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['9223372036854775807', '"9223372036854775807"'],
  ])('may be written %s', async (text, said) => {
    const expected = BigInt(said.replaceAll('"', '')) > 2n ** 53n ? `"${said.replaceAll('"', '')}"` : said;
    expect(await answer(await load('sequence'), `[[${text}]]`)).toBe(`{"predictions":[[${expected}]]}`);
  });

  test.each([
    ['9223372036854775808', '9223372036854775808 does not fit int64'],
    ['1e400', '1e400 does not fit int64'],
    ['4.0000000000000000001', '4.0000000000000000001 is not a whole number'],
    ['9007199254740993.5', '9007199254740993.5 is not a whole number'],
    ['"9007199254740993.0"', '"9007199254740993.0" is not a number'],
    ['"12 "', '"12 " is not a number'],
    ['{"a":1}', '{"a":1} is not a number'],
  ])('is refused where it is %s', async (text, problem) => {
    const model = await load('sequence');
    await expect(answer(model, `[[${text}]]`)).rejects.toThrow(`instances[0][0]: ${problem}`);
  });
});

describe('a float', () => {
  test('that is too large is shown as it was written', async () => {
    for (const name of ['double', 'reciprocal'] as const) {
      const type = name === 'double' ? 'float64' : 'float32';
      const model = await load(name);
      await expect(answer(model, '[[1e400]]')).rejects.toThrow(`1e400 does not fit ${type}`);
      await expect(answer(model, '1e400', decodeCsv)).rejects.toThrow(`"1e400" does not fit ${type}`);
      await expect(answer(model, `[[-1${'0'.repeat(310)}]]`)).rejects.toThrow(/-10{37}… does not fit/);
    }
  });

  test('of double precision comes back bit by bit, the sign of zero included', async () => {
    const model = await load('double');
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), async (number) => {
        const text = Object.is(number, -0) ? '-0.0' : JSON.stringify(number);
        const answered = JSON.parse(await answer(model, `[[${text}]]`)).predictions[0][0];
        expect(Object.is(answered, number)).toBe(true);
        const csv = await answer(model, text, decodeCsv, 'csv');
        expect(Object.is(Number(csv), number)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('that is not finite is null in JSON, which has no word for it, and a word in CSV', async () => {
    const model = await load('reciprocal');
    expect(await answer(model, '[[0],[-0.0],[4]]')).toBe('{"predictions":[[null],[null],[0.25]]}');
    expect(await answer(model, '0\n-0\n4', decodeCsv, 'csv')).toBe('inf\n-inf\n0.25\n');
    expect(encodePredictions([Number.NaN], 'csv')).toBe('nan\n');
    for (const word of ['NaN', 'Infinity', '-Infinity'])
      await expect(answer(model, `[[${word}]]`)).rejects.toThrow('is not JSON');
  });

  test('of half precision in the answer is a number and not its bits', async () => {
    const model = await load('halved');
    expect(await answer(model, '[[0.1, -2, 65504, 1e-7]]')).toBe(
      '{"predictions":[[0.099975586,-2,65504,1.1920929e-7]]}',
    );
    expect([0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x0001, 0x03ff, 0x7bff].map(halfToNumber)).toEqual([
      1,
      -1,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      2 ** -24,
      1_023 * 2 ** -24,
      65_504,
    ]);
    expect(halfToNumber(0x7e00)).toBeNaN();
  });
});

test('members beside "instances" are refused, not passed over', async () => {
  const model = await load('linear');
  await expect(answer(model, '{"instances":[[1,2,3]],"parameters":{"top":2}}')).rejects.toThrow(
    'unknown member "parameters" beside "instances"',
  );
});

describe('reading JSON', () => {
  test('gives what JSON.parse gives, but for numbers that it would change', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, exact) => {
        expect(JSON.stringify(parseJson(text, exact))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
    const text = '{"a":[9007199254740993,0.30000000000000004,1e400],"__proto__":2}';
    expect(JSON.stringify(parseJson(text, true))).toBe(text);
  });

  test('finds each whole number, however it is written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
        fc.integer({ min: 0, max: 9 }),
        (integer, zeros) => {
          expect(wholeNumber(String(integer))).toBe(integer);
          expect(wholeNumber(`${integer}.${'0'.repeat(zeros)}`)).toBe(integer);
          expect(wholeNumber(`${integer}${'0'.repeat(zeros)}e-${zeros}`)).toBe(integer);
          expect(wholeNumber(`${integer}.${'0'.repeat(zeros)}1`)).toBe(null);
        },
      ),
    );
    expect(wholeNumber('1e999999999')).toBe(undefined);
    expect(wholeNumber('0e999999999')).toBe(0n);
    expect(wholeNumber('1e-999999999')).toBe(null);
  });
});
