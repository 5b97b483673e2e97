import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeCsv } from '../../docker/src/decode-csv.ts';
import { decodeJson } from '../../docker/src/decode-json.ts';
import { loadModel, type Model } from '../../docker/src/model.ts';
import { externalWeights, onnxModels } from './onnx-models.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-model-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Answer = { predictions: unknown[] } | { error: RegExp };

/** A body in JSON (an object or array) or CSV (a string). */
type Case = [what: string, model: keyof typeof onnxModels, body: unknown, answer: Answer];

const cases: Case[] = [
  ['a row by position', 'linear', [1, 2, 3], { predictions: [[4, 5]] }],
  [
    'several rows',
    'linear',
    [
      [1, 2, 3],
      [0, 0, 0],
    ],
    {
      predictions: [
        [4, 5],
        [0, 0],
      ],
    },
  ],
  ['instances', 'linear', { instances: [[1, 2, 3]] }, { predictions: [[4, 5]] }],
  ['the input by name', 'linear', { instances: [{ x: [1, 2, 3] }] }, { predictions: [[4, 5]] }],
  [
    'features, as SageMaker’s own algorithms write it',
    'linear',
    { features: [1, 2, 3] },
    { predictions: [[4, 5]] },
  ],
  [
    'CSV',
    'linear',
    '1,2,3\r\n0.5,0,0\r\n',
    {
      predictions: [
        [4, 5],
        [0.5, 0],
      ],
    },
  ],
  [
    'a CSV header for nameless columns',
    'linear',
    'a,b,c\n1,2,3\n',
    { error: /unknown column "a"; the model names none/ },
  ],
  [
    'too few values',
    'linear',
    {
      instances: [
        [1, 2, 3],
        [1, 2],
      ],
    },
    { error: /^instances\[1\]: 2 values, but the model takes 3$/ },
  ],
  ['too many cells', 'linear', '1,2,3\n1,2,3,4\n', { error: /^line 2: 4 values, but the model takes 3$/ }],
  ['text for a number', 'linear', [[1, 'two', 3]], { error: /^instances\[0\]\[1\]: "two" is not a number$/ }],
  ['a number in quotes', 'linear', [[1, '2', 3]], { error: /"2" is not a number/ }],
  ['null', 'linear', [[1, null, 3]], { error: /^instances\[0\]\[1\]: is missing$/ }],
  ['an empty cell', 'linear', '1,,3\n', { error: /^line 1, column 2: is missing$/ }],
  ['hexadecimal', 'linear', '1,0x10,3\n', { error: /"0x10" is not a number/ }],
  ['an array in the place of a value', 'linear', [[1, [2], 3]], { error: /is not a number/ }],
  [
    'a value in the place of an array',
    'linear',
    { instances: [5] },
    { error: /^instances\[0\]: expected an array of 3 values$/ },
  ],
  ['more than single precision holds', 'linear', [[1e39, 0, 0]], { error: /1e\+39 does not fit float32/ }],
  [
    'a name that the model does not have',
    'linear',
    [{ z: 1 }],
    { error: /unknown field "z"; send an array, or \{"x": …\}/ },
  ],
  ['no instances', 'linear', { instances: [] }, { error: /no instances/ }],
  ['instances that are no array', 'linear', { instances: 5 }, { error: /"instances" is not an array/ }],

  [
    'columns by name, in any order',
    'columns',
    [{ name: 'x', b: 2, a: 1.5 }],
    { predictions: [{ sum: [3.5], echo: ['x'] }] },
  ],
  ['columns by position', 'columns', [[1.5, 2, 'x']], { predictions: [{ sum: [3.5], echo: ['x'] }] }],
  [
    'columns under a header',
    'columns',
    'name,a,b\n"x, y",1,2\n',
    { predictions: [{ sum: [3], echo: ['x, y'] }] },
  ],
  ['a column missing', 'columns', [{ a: 1, b: 2 }], { error: /^instances\[0\]\.name: is missing$/ }],
  [
    'a column too many',
    'columns',
    [{ a: 1, b: 2, name: '', c: 1 }],
    { error: /unknown field "c"; the model's inputs are a, b, name/ },
  ],
  [
    'a fraction for an integer',
    'columns',
    [{ a: 1, b: 2.5, name: '' }],
    { error: /^instances\[0\]\.b: 2\.5 is not a whole number$/ },
  ],
  [
    'a number for text',
    'columns',
    [{ a: 1, b: 2, name: 3 }],
    { error: /^instances\[0\]\.name: 3 is not text$/ },
  ],

  [
    'inputs of several shapes by name',
    'pair',
    [{ left: [1, 2], right: [3, 4, 5] }],
    { predictions: [{ left_out: [1, 2], right_out: [3, 4, 5] }] },
  ],
  [
    'inputs of several shapes by position',
    'pair',
    [[1, 2]],
    { error: /several inputs \(left, right\): send an object keyed by their names/ },
  ],

  [
    'a nested row',
    'image',
    [
      [1, 2],
      [3, 4],
    ],
    {
      predictions: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  ],
  [
    'nested rows',
    'image',
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    {
      predictions: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  ],
  [
    'a nested row in CSV',
    'image',
    '1,2,3,4',
    {
      predictions: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  ],
  [
    'a ragged row',
    'image',
    [[[1, 2], [3]]],
    { error: /^instances\[0\]\[1\]: 1 value, but the model takes 2$/ },
  ],

  [
    'an open size',
    'sequence',
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    {
      predictions: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    },
  ],
  [
    'an open size that differs between rows',
    'sequence',
    [[1, 2], [3]],
    { error: /^instances\[1\]: 1 value, but the model takes 2$/ },
  ],
  [
    'an open size in CSV',
    'sequence',
    '1,2\n3,4\n',
    {
      predictions: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ['integers beyond 2^53 in CSV', 'sequence', '9007199254740993', { predictions: [['9007199254740993']] }],

  ['single values', 'single', [1, 2, 3], { predictions: [1, 2, 3] }],
  [
    'one row at a time',
    'oneAtATime',
    [
      [1, 2],
      [3, 4],
    ],
    { predictions: [[[1, 2]], [[3, 4]]].map((row) => row[0]) },
  ],
  [
    'a model without a batch dimension',
    'vector',
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    {
      predictions: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
  ],
  [
    'exactly as many rows as the model wants',
    'exactlyTwo',
    [
      [1, 2],
      [3, 4],
    ],
    {
      predictions: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'fewer rows than the model wants',
    'exactlyTwo',
    [[1, 2]],
    { error: /exactly 2 instances a request, not 1/ },
  ],

  ['double precision', 'double', [[0.1]], { predictions: [[0.1]] }],
  ['bytes', 'small', [[0, 255]], { predictions: [[0, 255]] }],
  ['more than a byte', 'small', [[0, 256]], { error: /256 does not fit uint8/ }],
  ['truth', 'truth', [[true, false]], { predictions: [[true, false]] }],
  ['truth in CSV', 'truth', 'true,0', { predictions: [[true, false]] }],
  ['a number for truth', 'truth', [[1, 0]], { error: /1 is neither true nor false/ }],
  ['words', 'words', [['a', '']], { predictions: [['a', '']] }],
  ['infinity in the answer', 'reciprocal', [[0], [4]], { predictions: [[Number.POSITIVE_INFINITY], [0.25]] }],
  ['a single-precision answer in its shortest form', 'reciprocal', [[10]], { predictions: [[0.1]] }],
  ['one row of a model that adds rows up', 'total', [[1, 2]], { predictions: [[3]] }],
  [
    'rows of a model that adds them up',
    'total',
    [
      [1, 2],
      [3, 4],
    ],
    { error: /not one row for each of 2 instances/ },
  ],
];

describe('a plain .onnx file, without a model.json', () => {
  test.each(cases)('%s: %s', async (_, name, body, answer) => {
    const model = await load(onnxModels[name]);
    const result = await ask(model, body).then(
      (predictions) => ({ predictions }),
      (error: Error) => ({ error: error.message }),
    );
    if ('error' in answer) expect('error' in result && result.error).toMatch(answer.error);
    else expect(result).toEqual(answer);
  });
});

describe('model.json', () => {
  const classifier = { features: ['p', 'q', 'r'], labels: ['no', 'yes'] };

  test('names features and labels; the likeliest label wins where the model gives none', async () => {
    const model = await load(onnxModels.linear, classifier);
    expect(await ask(model, [{ r: 3, p: 1, q: 2 }])).toEqual([
      { label: 'yes', probabilities: { no: 4, yes: 5 } },
    ]);
    expect(await ask(model, 'q,r,p\n2,3,1\n')).toEqual(await ask(model, [[1, 2, 3]]));
  });

  test('names the feature in errors', async () => {
    const model = await load(onnxModels.linear, classifier);
    await expect(ask(model, [[1, 'x', 3]])).rejects.toThrow('instances[0].q: "x" is not a number');
    await expect(ask(model, '1,,3')).rejects.toThrow('line 1, q: is missing');
    await expect(ask(model, [{ p: 1, q: 2 }])).rejects.toThrow('instances[0].r: is missing');
    await expect(ask(model, [[1, 2]])).rejects.toThrow('takes 3 (p, q, r)');
  });

  test('lets a model have missing values if it says so', async () => {
    const model = await load(onnxModels.image, { missingValues: 'nan' });
    expect(
      await ask(model, [
        [
          [1, null],
          [3, 4],
        ],
      ]),
    ).toEqual([
      [
        [1, Number.NaN],
        [3, 4],
      ],
    ]);
    expect(await ask(model, '1,,3,4')).toEqual([
      [
        [1, Number.NaN],
        [3, 4],
      ],
    ]);
  });

  test.each<[what: string, description: unknown, problem: RegExp]>([
    ['is no object', [], /not an object/],
    ['has a member nobody knows', { feature: [] }, /unknown member "feature"; known are name, features/],
    ['names another number of features', { features: ['a'] }, /names 1 features, but the model takes 3/],
    ['names a feature twice', { features: ['a', 'a', 'b'] }, /names "a" twice/],
    ['names labels that no output has', { labels: ['a', 'b', 'c'] }, /no output is a class or has 3 columns/],
    ['lists something else than names', { labels: [1, 2] }, /"labels" is not a list of names/],
  ])('is refused if it %s', async (_, description, problem) => {
    await expect(load(onnxModels.linear, description)).rejects.toThrow(problem);
  });
});

test('weights may lie in a file beside the model', async () => {
  writeFileSync(join(folder, 'model.onnx.data'), externalWeights.data);
  expect(await ask(await load(externalWeights.onnx), [[1, 2, 3]])).toEqual([[4, 5]]);
});

describe('a model that cannot be served says why', () => {
  test('it is no ONNX file', async () => {
    await expect(load(Buffer.from('not a model'))).rejects.toMatchObject({
      message: 'model.onnx is no ONNX model',
      next: expect.stringContaining('skl2onnx.to_onnx'),
    });
  });

  test('it is not there', async () => {
    const nowhere = {
      modelDirectory: join(folder, 'nowhere'),
      backend: 'native',
      inferenceThreads: 1,
    } as const;
    await expect(loadModel(nowhere)).rejects.toThrow(/no model in .*nowhere: it does not exist/);
  });

  test('it takes a type that JSON has no form for', async () => {
    await expect(load(onnxModels.brain)).rejects.toThrow(
      'input "x" is of type bfloat16, which cannot be fed',
    );
  });
});

test('a short body that claims to be huge does not make it allocate', async () => {
  const model = await load(onnxModels.sequence);
  const wide = Array.from({ length: 50_000 }, () => 1);
  const rows = [wide, ...Array.from({ length: 50_000 }, () => [1])];
  await expect(ask(model, rows)).rejects.toThrow('instances[1]: 1 value, but the model takes 50000');
});

async function load(onnx: Uint8Array, description?: unknown): Promise<Model> {
  writeFileSync(join(folder, 'model.onnx'), onnx);
  if (description !== undefined) writeFileSync(join(folder, 'model.json'), JSON.stringify(description));
  return await loadModel({ modelDirectory: folder, backend: 'native', inferenceThreads: 1 });
}

async function ask(model: Model, body: unknown): Promise<unknown[]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const rows = typeof body === 'string' ? decodeCsv(text, model.context) : decodeJson(text, model.context);
  return await model.predict(rows, text.length);
}
