import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileInside, isUuid } from '../../../src/core/files/file-name.ts';
import { newUuid } from '../../../src/core/random.ts';

const folder = '/state/local/s3';
const nasty = [
  '..',
  '.',
  '',
  '/',
  '\\',
  '\0',
  'a/../..',
  '../../etc/passwd',
  'C:',
  '\u001b[2J',
  '\ud800',
  '%2e%2e',
];
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 5 })), { maxLength: 6 })
    .map((all) => all.join('')),
);

describe('a name from outside', () => {
  it('becomes a file in the folder that it is meant for, or nothing', () => {
    fc.assert(
      fc.property(names, (name) => {
        let path: string;
        try {
          path = fileInside(folder, name);
        } catch {
          return;
        }
        expect([dirname(path), basename(path)]).toEqual([folder, name]);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      }),
      { seed: 12, numRuns: 2_000 },
    );
  });

  it.each(nasty.filter((name) => name !== '%2e%2e'))('is refused as %j', (name) => {
    expect(() => fileInside(folder, name)).toThrow('is no name for a file');
  });

  it('is an identifier of ours only in the form that we give it', () => {
    expect(isUuid(newUuid())).toBe(true);
    fc.assert(
      fc.property(names, (name) => !isUuid(name) && !isUuid(`${newUuid()}${name}x`)),
      { seed: 12 },
    );
  });
});
