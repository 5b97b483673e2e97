import type { z } from 'zod';
import type { Random } from '../../../src/core/random.ts';

/** Names that a plain object has, that a path would take for something else, or that break what they are written into. */
const hostileNames = [
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '..', '.', '/'],
  ...['', ' ', '\0', '\u001b[2J', '\u202e', '\ud800', '%', '%00', '<a>&"', 'a'.repeat(5_000), '-1'],
];
const hostileValues: readonly unknown[] = [
  ...hostileNames,
  ...[null, true, false, 0, -0, -1, 1.5, 1e308, -1e308, 2 ** 53, 9_007_199_254_740_993n, 2n ** 64n - 1n],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320, undefined],
  ...[new Date(Number.NaN), new Date(8.64e15), new Date(0), new Uint8Array([255, 0]), new Uint8Array()],
  ...[[], [[]], {}, [null], [{}], { constructor: 1 }, nested(30), nested(90), new Array(300).fill('a')],
  ...['2026-13-45', '99999999999999', '1e400', 'NaN', '0x10', 'true', 'null', '*', 'ml.m5.large', 'p99.99'],
];

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** What such a field takes, mostly, with something hostile in some place. */
export function hostileInput(schema: z.core.$ZodType, random: Random): unknown {
  return valueFor(schema, random, 0);
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.int(values.length)]!;
}

interface AnyDef {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  innerType?: z.core.$ZodType;
  element?: z.core.$ZodType;
  in?: z.core.$ZodType;
  out?: z.core.$ZodType;
  options?: z.core.$ZodType[];
  valueType?: z.core.$ZodType;
  entries?: Record<string, string>;
  values?: unknown[];
  getter?: () => z.core.$ZodType;
}

function valueFor(schema: z.core.$ZodType, random: Random, depth: number): unknown {
  if (random.next() < (depth === 0 ? 0.02 : 0.12)) return pick(hostileValues, random);
  const def = schema._zod.def as unknown as AnyDef;
  switch (def.type) {
    case 'object':
      return withStray(objectFor(def.shape!, random, depth), random);
    case 'array':
      return Array.from({ length: random.int(3) }, () => valueFor(def.element!, random, depth + 1));
    case 'record':
      return Object.fromEntries(
        Array.from({ length: random.int(3) }, () => [
          pick(hostileNames, random),
          valueFor(def.valueType!, random, depth + 1),
        ]),
      );
    case 'pipe':
      return valueFor(def.out?._zod.def.type === 'transform' ? def.in! : def.out!, random, depth);
    case 'union':
      return valueFor(pick(def.options!, random), random, depth);
    case 'lazy':
      return depth > 6 ? 'x' : valueFor(def.getter!(), random, depth + 1);
    case 'enum':
      return pick(Object.values(def.entries!), random);
    case 'literal':
      return def.values![0];
    case 'number':
      return pick([1, 2, 10, 60, 300, 0.5], random);
    case 'boolean':
      return random.next() < 0.5;
    case 'date':
      return new Date(Date.UTC(2026, 0, 1 + random.int(300)));
    case 'string':
      return textFor(schema, random);
    default:
      return def.innerType ? valueFor(def.innerType, random, depth) : pick(hostileValues, random);
  }
}

function objectFor(
  shape: Record<string, z.core.$ZodType>,
  random: Random,
  depth: number,
): Record<string, unknown> {
  const members = Object.entries(shape).flatMap(([name, member]): [string, unknown][] => {
    const isOptional = member._zod.optin === 'optional';
    return isOptional && random.next() < 0.5 ? [] : [[name, valueFor(member, random, depth + 1)]];
  });
  return Object.fromEntries(members);
}

/** An own member by a name that every object has, or by one that nobody reads. */
function withStray(members: Record<string, unknown>, random: Random): Record<string, unknown> {
  if (random.next() > 0.05) return members;
  return Object.defineProperty(members, pick(hostileNames, random), {
    value: pick(hostileValues, random),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Few names, so that requests meet what earlier ones made; and what fields with a form of their own take. */
const texts = [
  ...['constructor', 'constructor', 'toString', '__proto__', 'hasOwnProperty', 'one', 'two', 'one', 'two'],
  ...['endpoint/one/variant/two', 'endpoint/constructor/variant/toString', 'AWS/SageMaker', 'Average', 'Sum'],
  ...['arn:aws:iam::000000000000:role/mlbench', 'arn:aws:sagemaker:us-east-1:000000000000:model/one', 'p99'],
  ...[
    's3://one/two',
    'at(2030-01-01T00:00:00)',
    'rate(5 minutes)',
    'cron(0 0 * * ? *)',
    'Europe/Berlin',
    '60',
  ],
  ...[
    'arn:aws:cloudwatch:us-east-1:000000000000:alarm:constructor',
    'sagemaker',
    'SUM(METRICS())',
    'm1/m2*constructor',
  ],
  ...[
    'sagemaker:variant:DesiredInstanceCount',
    'SageMakerVariantInvocationsPerInstance',
    'TM(10%:90%)',
    'PR(:5)',
  ],
];

function textFor(schema: z.core.$ZodType, random: Random): string {
  const fitting = texts.filter(
    (text) => 'value' in (schema._zod.run({ value: text, issues: [] }, {}) as object),
  );
  return pick(fitting.length > 0 && random.next() < 0.9 ? fitting : hostileNames, random);
}
