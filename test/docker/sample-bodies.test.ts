import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBodies, type Taken } from '../../docker/src/check/sample-bodies.ts';
import { decodeJson } from '../../docker/src/decode-json.ts';
import { noDescription } from '../../docker/src/description.ts';
import { allocate } from '../../docker/src/elements.ts';
import { buildFeeds, type Feeds, rowContext } from '../../docker/src/feeds.ts';
import type { ElementType, InputSpec, Signature } from '../../docker/src/signature.ts';

const mostBytes = 6_291_456;
const fewBytes = 2_000;

/** As the serving program reads a body that the model is sent. */
function fed(body: string, taken: Taken): Feeds {
  const inputs = taken.inputs.map((input) => ({ ...input, hasBatch: true })) as InputSpec[];
  const signature: Signature = { inputs, batch: taken.batch, outputs: [], unserved: [] };
  const description = { ...noDescription, features: taken.features ? [...taken.features] : undefined };
  const rows = decodeJson(body, rowContext(signature, description));
  expect(rows).toHaveLength(taken.batch.kind === 'exactly' ? taken.batch.rows : 1);
  return buildFeeds(rows, signature, description, Buffer.byteLength(body));
}

const input = (type: ElementType, rowShape: (number | null)[], name = 'x') => ({ name, type, rowShape });
const taken = (inputs: Taken['inputs'], over: Partial<Taken> = {}): Taken => ({
  inputs,
  batch: { kind: 'any' },
  features: null,
  ...over,
});
const first = (model: Taken) => sampleBodies(model, mostBytes).next().value;

describe('a request made from what a model takes', () => {
  it.each([
    ['a vector', taken([input('float32', [3])]), '{"instances":[[0.5,0.5,0.5]]}'],
    ['one value a row', taken([input('int64', [])]), '{"instances":[1]}'],
    ['open sizes', taken([input('int64', [null])]), '{"instances":[[1]]}'],
    ['an image', taken([input('uint8', [2, 2, 1])]), '{"instances":[[[[1],[1]],[[1],[1]]]]}'],
    ['truth', taken([input('bool', [2])]), '{"instances":[[true,true]]}'],
    [
      'two rows at once',
      taken([input('float32', [1])], { batch: { kind: 'exactly', rows: 2 } }),
      '{"instances":[[0.5],[0.5]]}',
    ],
    [
      'features by name',
      taken([input('float64', [2])], { features: ['age', 'height "cm"'] }),
      '{"instances":[{"age":0.5,"height \\"cm\\"":0.5}]}',
    ],
    [
      'several inputs',
      taken([input('float32', [1], 'a'), input('string', [2], '__proto__')]),
      '{"instances":[{"a":[0.5],"__proto__":["a","a"]}]}',
    ],
  ])('has the nesting and the values of %s', (_, model, body) => {
    expect(first(model)).toBe(body);
    expect([...sampleBodies(model, mostBytes)][0]).toBe(body);
  });

  it('takes pixels for an image of open size, and channels first or last', () => {
    const rows = (shape: (number | null)[]) =>
      JSON.parse(first(taken([input('float32', shape)])) ?? '').instances[0] as unknown[][];
    expect([rows([3, null, null]).length, rows([3, null, null])[0]?.length]).toEqual([3, 224]);
    expect([rows([null, null, 1]).length, rows([null, null, 1])[0]?.length]).toEqual([224, 224]);
  });

  it('is another one where the model refused the plainest: zeros, and larger open sizes', () => {
    const bodies = [...sampleBodies(taken([input('int64', [null])]), mostBytes)];
    expect(bodies.slice(0, 3)).toEqual([
      '{"instances":[[1]]}',
      '{"instances":[[0]]}',
      '{"instances":[[1,1,1]]}',
    ]);
    expect(bodies).toHaveLength(8);
  });

  it('is none where it would be too long, however much the shape asks for', () => {
    const vast = taken([input('float32', [4_294_967_295, 4_294_967_295])]);
    expect([...sampleBodies(vast, mostBytes)]).toEqual([]);
    const many = taken([input('float32', [1])], { batch: { kind: 'exactly', rows: 4_294_967_295 } });
    expect([...sampleBodies(many, mostBytes)]).toEqual([]);
  });

  it('is one that the serving program reads, for every model', () => {
    fc.assert(
      fc.property(models, (model) => {
        for (const body of sampleBodies(model, fewBytes)) {
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(fewBytes);
          const feeds = fed(body, model);
          for (const { name, type, rowShape } of model.inputs) {
            const { dims, data } = feeds.get(name)!;
            expect(data).toHaveLength(dims.reduce((product: number, size: number) => product * size, 1));
            expect(data.constructor).toBe(allocate(type as ElementType, 0).constructor);
            expect(dims).toHaveLength(rowShape.length + 1);
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

const types: ElementType[] = [
  ...(['float32', 'float64', 'int64', 'int32', 'int16', 'int8'] as const),
  ...(['uint64', 'uint32', 'uint16', 'uint8', 'bool', 'string'] as const),
];
const batch: fc.Arbitrary<Signature['batch']> = fc.oneof(
  fc.constantFrom<Signature['batch']>({ kind: 'any' }, { kind: 'one' }),
  fc.record({ kind: fc.constant('exactly' as const), rows: fc.integer({ min: 2, max: 5 }) }),
);
const names = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('instances', 'features', 'constructor'));
const shapes = fc.array(fc.option(fc.integer({ min: 0, max: 5 }), { freq: 3 }), { maxLength: 3 });
const inputs = fc.record({ name: names, type: fc.constantFrom(...types), rowShape: shapes });

const models: fc.Arbitrary<Taken> = fc.oneof(
  fc.record({
    inputs: fc.uniqueArray(inputs, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
    batch,
    features: fc.constant(null),
  }),
  fc
    .record({
      type: fc.constantFrom(...types),
      name: names,
      batch,
      features: fc.uniqueArray(names, { minLength: 1, maxLength: 6 }),
      isOpen: fc.boolean(),
    })
    .map(({ type, name, features, isOpen, ...rest }) => ({
      ...rest,
      features,
      inputs: [{ name, type, rowShape: [isOpen ? null : features.length] }],
    })),
);
