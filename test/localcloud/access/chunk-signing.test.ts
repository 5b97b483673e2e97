import { describe, expect, it } from 'vitest';
import { signingKey } from '../../../src/core/sigv4.ts';
import { createChunkVerifier } from '../../../src/localcloud/access/chunk-signing.ts';
import { decodeAwsChunked } from '../../../src/localcloud/s3/storage/aws-chunked.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …/sigv4-streaming-trailers.html */
const signing = {
  key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524', {
    region: 'us-east-1',
    service: 's3',
  }),
  signedAt: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
};
const documented = {
  'without trailers': {
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    chunks: [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
    trailer: '',
  },
  'with a trailer': {
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    chunks: [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ],
    trailer:
      'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
  },
};

const bodyOf = ({ chunks, trailer }: (typeof documented)['with a trailer']): string => {
  const data = ['a'.repeat(65_536), 'a'.repeat(1_024), ''];
  const written = data.map((text, at) => {
    const head = `${text.length.toString(16)};chunk-signature=${chunks[at]}\r\n`;
    return text === '' ? head : `${head}${text}\r\n`;
  });
  return `${written.join('')}${trailer}\r\n`;
};

async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 1_000) yield Buffer.from(text.slice(at, at + 1_000));
}

async function decode(seed: string, body: string): Promise<number> {
  let bytes = 0;
  const verifier = createChunkVerifier({ ...signing, seed });
  for await (const piece of decodeAwsChunked(inPieces(body), {}, verifier)) bytes += piece.byteLength;
  return bytes;
}

describe.each(Object.entries(documented))(
  'a body in signed chunks, as AWS documents it, %s',
  (_how, example) => {
    it('is taken', async () => {
      expect(await decode(example.seed, bodyOf(example))).toBe(66_560);
    });

    it.each([
      ['a byte of the first chunk', (body: string) => body.replace('aaaa', 'aaab')],
      ['a byte of the last chunk', (body: string) => body.replace(/a\r\n0;/, 'b\r\n0;')],
      ['a signature', (body: string) => body.replace('chunk-signature=', 'chunk-signature=0')],
      ['no signature', (body: string) => body.replace(/;chunk-signature=\w+/, '')],
      ['no last signature', (body: string) => body.replace(/\r\n0;chunk-signature=\w+/, '\r\n0')],
    ])('is refused with %s altered', async (_what, alter) => {
      await expect(decode(example.seed, alter(bodyOf(example)))).rejects.toMatchObject({
        code: 'SignatureDoesNotMatch',
      });
    });
  },
);

it('refuses a trailer that was altered, or is not signed', async () => {
  const example = documented['with a trailer'];
  for (const [from, to] of [
    ['sOO8/Q==', 'sOO8/A=='],
    [/x-amz-trailer-signature.*\r\n/, ''],
  ] as const)
    await expect(decode(example.seed, bodyOf(example).replace(from, to))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
});
