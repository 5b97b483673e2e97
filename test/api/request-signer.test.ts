import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../src/api/request-signer.ts';

/** Node's crypto in the shape that AWS's own signer wants. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

type Data = string | ArrayBuffer | ArrayBufferView;

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

describe('a signature', () => {
  it.each([undefined, 'a/session+token=='])(
    'agrees with the one that the AWS SDK makes (token %s)',
    async (token) => {
      const identity = {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
        ...(token ? { sessionToken: token } : {}),
      };
      const host = '127.0.0.1:4566';
      const path = '/endpoints/mlbench-1/invocations';
      const sign = createSigner({
        identity,
        region: 'eu-west-1',
        service: 'sagemaker',
        method: 'POST',
        host,
        path,
      });
      const theirs = new SignatureV4({
        credentials: identity,
        region: 'eu-west-1',
        service: 'sagemaker',
        sha256: Sha256,
        applyChecksum: false,
      });
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          // Across seconds and days, and back again.
          fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
          async (body, nowMs) => {
            const request = {
              method: 'POST',
              protocol: 'http:',
              hostname: '127.0.0.1',
              path,
              query: {},
              headers: { host },
              body,
            };
            const signed = await theirs.sign(request, { signingDate: new Date(nowMs) });
            expect(sign(body, nowMs)['authorization']).toBe(signed.headers['authorization']);
          },
        ),
        { numRuns: 50 },
      );
    },
  );
});
