import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../src/load/transport/exchange/decode-body.ts';

const most = 1_048_576;
const coders = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  Deflate: deflateRawSync,
  br: brotliCompressSync,
} as const;
const codings = Object.keys(coders) as (keyof typeof coders)[];

describe('the decoder of bodies', () => {
  it('takes off what was put on, several in a row too', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        fc.array(fc.constantFrom(...codings), { maxLength: 3 }),
        (bytes, applied) => {
          let body: Buffer = Buffer.from(bytes);
          for (const coding of applied) body = coders[coding](body);
          expect(decodeBody(body, applied.join(', '), true, most)).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(codings)('never makes more than is asked for, of a bomb in %s', (coding) => {
    const bomb = coders[coding](Buffer.alloc(64 * 1_048_576));
    const decoded = decodeBody(bomb, coding, true, 100_000);
    expect(decoded!.length).toBeLessThanOrEqual(100_000);
    expect(decoded!.every((byte) => byte === 0)).toBe(true);
  });

  it.each(codings)('reads the start of a body whose end was not kept, in %s', (coding) => {
    const text = Array.from({ length: 5_000 }, (_, line) => `line ${line * 7_919}`).join('\n');
    const body = coders[coding](Buffer.from(text));
    const decoded = decodeBody(body.subarray(0, body.length / 2), coding, false, most)!.toString();
    expect(decoded.length).toBeGreaterThan(100);
    expect(text.startsWith(decoded)).toBe(true);
    expect(decodeBody(body.subarray(0, body.length / 2), coding, true, most)).toBeNull();
  });

  it('says of bytes that are not in the coding named that they are not, and leaves an unknown one on', () => {
    const body = Buffer.from('plain text');
    expect(decodeBody(body, 'gzip', true, most)).toBeNull();
    expect(decodeBody(body, 'br', true, most)).toBeNull();
    expect(decodeBody(body, 'foo', true, most)).toEqual(body);
    expect(decodeBody(gzipSync(body), 'foo, gzip', true, most)).toEqual(body);
    expect(decodeBody(body, 'identity', true, most)).toEqual(body);
    expect(decodeBody(Buffer.alloc(0), 'gzip', true, most)).toEqual(Buffer.alloc(0));
  });
});
