import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../../src/load/transport/exchange/protocol-error.ts';
import { ResponseParser } from '../../../../src/load/transport/http1/response-parser.ts';

interface Parsed {
  status: number;
  bodyBytes: number;
  keepAlive: boolean;
  errorType: string;
  excerpt: string;
}

/** Feeds the text in pieces cut at the given offsets; at the end the connection closes if the response is not whole. */
function parse(text: string | Buffer, cuts: number[] = [], headRequest = false): Parsed {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1');
  const parser = new ResponseParser();
  parser.reset(headRequest);
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  // One buffer for all pieces, as the transport has: nothing may be kept by reference.
  const shared = Buffer.alloc(bytes.length + 16);
  let whole = false;
  for (let i = 1; i < offsets.length; i++) {
    const piece = bytes.subarray(offsets[i - 1], offsets[i]);
    if (piece.length === 0) continue;
    shared.fill(0xff);
    piece.copy(shared, 8);
    whole = parser.feed(shared, 8, 8 + piece.length);
  }
  if (!whole) parser.finish();
  return {
    status: parser.head.status,
    bodyBytes: parser.bodyBytes,
    keepAlive: parser.head.keepAlive,
    errorType: parser.head.errorType,
    excerpt: parser.captured().body.toString(),
  };
}

function faultOf(text: string, cuts: number[] = []): string {
  try {
    parse(text, cuts);
  } catch (error) {
    if (error instanceof ProtocolError) return error.fault;
    throw error;
  }
  return 'none';
}

const valid: [string, string, Partial<Parsed>][] = [
  [
    'content-length',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    { status: 200, bodyBytes: 5, keepAlive: true },
  ],
  [
    'an empty body',
    'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    { status: 200, bodyBytes: 0, keepAlive: true },
  ],
  ['an empty reason', 'HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n', { status: 200 }],
  ['no reason at all', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', { status: 200 }],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6;ext="x"\r\n world\r\n0\r\n\r\n',
    { bodyBytes: 11, keepAlive: true },
  ],
  [
    'chunks and a trailer',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n',
    { bodyBytes: 10 },
  ],
  [
    'a body until the end of the connection',
    'HTTP/1.1 200 OK\r\nx: y\r\n\r\nwhatever\r\n\r\ncomes',
    { bodyBytes: 17, keepAlive: false },
  ],
  [
    'interim responses',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    { status: 200, bodyBytes: 1 },
  ],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, bodyBytes: 0, keepAlive: true }],
  [
    '304 with a length',
    'HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n',
    { status: 304, bodyBytes: 0 },
  ],
  [
    'connection: close',
    'HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 2\r\n\r\nok',
    { keepAlive: false },
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', { keepAlive: false }],
  [
    'HTTP/1.0 kept alive',
    'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
    { keepAlive: true },
  ],
  [
    'the same length twice',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok',
    { bodyBytes: 2 },
  ],
  [
    'an error with its type and body',
    'HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: ThrottlingException:http://x\r\ncontent-length: 13\r\n\r\n{"message":1}',
    { status: 400, errorType: 'ThrottlingException:http://x', excerpt: '{"message":1}' },
  ],
];

/** What the fast path leaves to the slow one: as real servers write it, and curl takes it. */
const odd: [string, string, Partial<Parsed>][] = [
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', { bodyBytes: 2, keepAlive: true }],
  ['one bare line feed', 'HTTP/1.1 200 OK\r\na: b\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['an empty line of LF alone', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\nok', { bodyBytes: 2 }],
  ['two CR before LF', 'HTTP/1.1 200 OK\r\r\ncontent-length: 2\r\r\n\r\r\nok', { bodyBytes: 2 }],
  ['a CR within a value', 'HTTP/1.1 200 OK\r\na: b\rc\r\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['a folded header', 'HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['a folded length', 'HTTP/1.1 200 OK\r\ncontent-length:\r\n\t2\r\n\r\nok', { bodyBytes: 2 }],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\nhello', { bodyBytes: 5 }],
  ['a header without a name', 'HTTP/1.1 200 OK\r\n: b\r\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['a space in a name', 'HTTP/1.1 200 OK\r\na b: c\r\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['a control in a value', 'HTTP/1.1 200 OK\r\na: \x01\r\ncontent-length: 2\r\n\r\nok', { bodyBytes: 2 }],
  ['a list of one length', 'HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\nhello', { bodyBytes: 5 }],
  [
    'a length with many zeros',
    `HTTP/1.1 200 OK\r\ncontent-length: ${'0'.repeat(20)}2\r\n\r\nok`,
    { bodyBytes: 2 },
  ],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\ncontent-length: 2\r\n\r\nok', { keepAlive: true }],
  ['a version of HTTP/2 in text', 'HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\nok', { keepAlive: true }],
  ['a lower-case version', 'http/1.1 200 ok\r\ncontent-length: 2\r\n\r\nok', { status: 200 }],
  ['two spaces before the status', 'HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\nok', { status: 200 }],
  [
    'an interim response with bare line feeds',
    'HTTP/1.1 100 Continue\n\nHTTP/1.1 204 No\r\n\r\n',
    { status: 204 },
  ],
  [
    'a length beside chunks, and closes',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    { bodyBytes: 2, keepAlive: false },
  ],
  [
    'chunks of HTTP/1.0, and closes',
    'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    { bodyBytes: 0, keepAlive: false },
  ],
  [
    'chunked said twice, and closes',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    { bodyBytes: 2, keepAlive: false },
  ],
  [
    'gzip, chunked',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\nzz\r\n0\r\n\r\n',
    { bodyBytes: 2, keepAlive: true },
  ],
  [
    'identity',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\ncontent-length: 2\r\n\r\nok',
    { bodyBytes: 2, keepAlive: true },
  ],
  [
    'chunks with bare line feeds',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\nok\n0\n\n',
    { bodyBytes: 2, keepAlive: true },
  ],
  [
    'a chunk size with words behind it',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0002 x\r\nok\r\n0\r\na: b\r\n c\r\n\r\n',
    { bodyBytes: 2 },
  ],
  ['close among other options', 'HTTP/1.1 204 No\r\nConnection: TE, CLOSE\r\n\r\n', { keepAlive: false }],
  [
    'close, whatever comes after it',
    'HTTP/1.1 204 No\r\nconnection: close\r\nconnection: keep-alive\r\n\r\n',
    { keepAlive: false },
  ],
  [
    'a body after 204, and closes',
    'HTTP/1.1 204 No Content\r\n\r\nx',
    { status: 204, bodyBytes: 0, keepAlive: false },
  ],
  ['line ends after a body', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\n\r\n', { keepAlive: true }],
];

const invalid: [string, string, string][] = [
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', 'bad status line'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'bad status line'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'bad status line'],
  ['a status of zero', 'HTTP/1.1 000 OK\r\n\r\n', 'bad status line'],
  ['a NUL in a value', 'HTTP/1.1 200 OK\r\na: b\0c\r\n\r\n', 'bad header line'],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!',
    'conflicting content-lengths',
  ],
  ['a signed length', 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello', 'bad content-length'],
  ['a hexadecimal length', 'HTTP/1.1 200 OK\r\ncontent-length: 0x5\r\n\r\nhello', 'bad content-length'],
  [
    'an endless length',
    'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n',
    'bad content-length',
  ],
  [
    'a length beyond all measure',
    'HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n',
    'body over 256 MiB',
  ],
  ['a negative chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n', 'bad chunk size'],
  [
    'a chunk size with a prefix',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n',
    'bad chunk size',
  ],
  ['an empty chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n', 'bad chunk size'],
  [
    'a chunk size over sixteen digits',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n00000000000000002\r\n',
    'bad chunk size',
  ],
  [
    'a chunk beyond all measure',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFF\r\n',
    'body over 256 MiB',
  ],
  [
    'a chunk size line without end',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;${'x'.repeat(70_000)}`,
    'bad chunk size',
  ],
  [
    'a chunk longer than it said',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n',
    'chunk longer than it says',
  ],
  [
    'a smuggled second response',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n',
    'bytes after the response',
  ],
  ['101', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n', 'protocol switched unasked'],
  ['endless interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_001), 'too many interim responses'],
  ['an endless header', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(310_000)}`, 'header block over 300 KiB'],
  [
    'a header block too large',
    `HTTP/1.1 200 OK\r\n${`a: ${'x'.repeat(1_000)}\r\n`.repeat(310)}\r\n`,
    'header block over 300 KiB',
  ],
  [
    'endless trailers',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${`a: ${'x'.repeat(1_000)}\r\n`.repeat(310)}`,
    'header block over 300 KiB',
  ],
  [
    'a body cut short',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell',
    'closed before the response was whole',
  ],
  [
    'chunks cut short',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
    'closed before the response was whole',
  ],
  ['a head cut short', 'HTTP/1.1 200 OK\r\ncontent-len', 'closed before the response was whole'],
  ['a folded line before any header', 'HTTP/1.1 200 OK\r\n a: b\r\n\r\n', 'bad header line'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nfoo bar\r\n\r\n', 'bad header line'],
  [
    'a list of two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n\r\nhello',
    'conflicting content-lengths',
  ],
  ['a length with a unit', 'HTTP/1.1 200 OK\r\ncontent-length: 5 bytes\r\n\r\nhello', 'bad content-length'],
  ['HTTP/3 in text', 'HTTP/3 200 OK\r\n\r\n', 'bad status line'],
  ['HTTP/0.9', '<html>', 'bad status line'],
  [
    'an unknown coding',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: x, chunked\r\n\r\n',
    'unsupported transfer-encoding',
  ],
  [
    'chunks within another coding',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, gzip\r\n\r\n',
    'unsupported transfer-encoding',
  ],
  [
    'a body longer than its length',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokay',
    'bytes after the response',
  ],
  ['a second 204', 'HTTP/1.1 204 No\r\n\r\nHTTP/1.1 204 No\r\n\r\n', 'bytes after the response'],
];

describe('the response parser', () => {
  it.each([...valid, ...odd])('reads %s', (_, text, expected) => {
    expect(parse(text)).toMatchObject(expected);
  });

  it('passes over an empty chunk that follows at once where there is no body', () => {
    for (const chunk of ['0\r\n\r\n', '0\n\n', '\r\n0\r\n\r\n']) {
      const head = 'HTTP/1.1 204 No Content\r\n\r\n';
      expect(parse(head + chunk)).toMatchObject({ status: 204, bodyBytes: 0, keepAlive: true });
      expect(parse(head + chunk, [head.length])).toMatchObject({ status: 204, keepAlive: true });
    }
  });

  it('reads no body after a HEAD request', () => {
    expect(parse('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n', [], true)).toMatchObject({
      status: 200,
      bodyBytes: 0,
    });
  });

  it.each(invalid)('refuses %s, whole and byte by byte', (_, text, fault) => {
    expect(faultOf(text)).toBe(fault);
    if (text.length < 1_000) {
      const everywhere = Array.from({ length: text.length }, (_, i) => i);
      // In pieces it may be noticed in a later line, but it is refused.
      expect(faultOf(text, everywhere)).not.toBe('none');
    }
  });

  it('reads a valid response the same, however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...valid, ...odd),
        fc.array(fc.nat(), { maxLength: 12 }),
        ([, text], cuts) => {
          expect(parse(text, cuts)).toEqual(parse(text));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([...valid, ...odd])('reads %s the same, split at any byte and at every one', (_, text) => {
    const offsets = Array.from({ length: text.length }, (_unused, at) => at);
    for (const at of offsets) expect(parse(text, [at])).toEqual(parse(text));
    expect(parse(text, offsets)).toEqual(parse(text));
  });

  it('reads generated chunked bodies the same as their length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
        fc.array(fc.nat()),
        (chunks, cuts) => {
          const framed = Buffer.concat([
            Buffer.from('HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n'),
            ...chunks.flatMap((chunk) => [
              Buffer.from(`${chunk.length.toString(16)}\r\n`),
              chunk,
              Buffer.from('\r\n'),
            ]),
            Buffer.from('0\r\n\r\n'),
          ]);
          const body = Buffer.concat(chunks);
          expect(parse(framed, cuts)).toMatchObject({
            status: 500,
            bodyBytes: body.length,
            excerpt: body.toString(),
          });
        },
      ),
    );
  });

  it('answers any bytes at all with a response or a protocol error', () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom(
        ...valid.map(([, text]) => text),
        ...odd.map(([, text]) => text),
        ...invalid.map(([, text]) => text.slice(0, 200)),
      ),
      fc.constantFrom(
        'HTTP/1.1 200 OK\r\n',
        '\r\n',
        'content-length: 3\r\n',
        'transfer-encoding: chunked\r\n',
        '3\r\nabc\r\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (texts, cuts) => {
        faultOf(texts.join(''), cuts);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps 16 KiB of an error’s body and none of a success’s', () => {
    const big = 'x'.repeat(100_000);
    expect(parse(`HTTP/1.1 500 Oh\r\ncontent-length: 100000\r\n\r\n${big}`).excerpt.length).toBe(16_384);
    expect(parse(`HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${big}`).excerpt).toBe('');
  });
});
