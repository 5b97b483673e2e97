import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRepeatedKey } from '../../src/core/repeated-key.ts';

describe('a key that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a', 1, 8],
    ['{\n  "users": 1,\n  "users": 1\n}', 'users', 3, 3],
    ['{"a":{"b":1,"c":[{"d":1,"d":2}]}}', 'd', 1, 25],
    ['{"a":1,"\\u0061":2}', 'a', 1, 8],
    ['[{"x":1},{"x":1,"x":1}]', 'x', 1, 17],
    ['{"__proto__":1,"__proto__":2}', '__proto__', 1, 16],
    ['{"":1, "" :2}', '', 1, 8],
  ])('%j is found with its place', (text, key, line, column) => {
    expect(findRepeatedKey(text)).toEqual({ key, line, column });
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":["a","a"]}',
    '{"a":"\\"b\\":1,\\"b\\":2"}',
    '[["a","a"],{"a":"a"}]',
    '{"a":"}","b":"{","c":"\\\\"}',
    '"a"',
    '3',
  ])('is not seen in %j', (text) => {
    expect(findRepeatedKey(text)).toBeNull();
  });

  it('is in nothing that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => findRepeatedKey(JSON.stringify(value, null, 1)) === null),
    );
  });

  it('is found behind any object that has the key', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
        const [key] = Object.keys(object);
        const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(key)}:0}`;
        expect(findRepeatedKey(text)?.key).toBe(key);
      }),
    );
  });
});
