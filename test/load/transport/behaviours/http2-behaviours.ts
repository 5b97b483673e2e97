import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { brotliCompressSync } from 'node:zlib';
import { systemClock } from '../../../../src/core/clock.ts';
import { testCertificate, testKey } from '../../support/certificate.ts';

/** What a server that speaks HTTP/2 alone does with the first request; later ones get `second`. */
export interface Http2Behaviour {
  name: string;
  from: string;
  does(stream: ServerHttp2Stream): void;
  method?: 'HEAD';
  timeoutMs?: number;
  sees: string;
  next: 'same' | 'anew';
}

const ok = 'success 200 ok';
const cut = 'protocol 200: closed before the response was whole';
const sessionOf = (stream: ServerHttp2Stream) => stream.session as ServerHttp2Session;

export const http2Behaviours: Http2Behaviour[] = [
  { name: 'an ordinary answer', from: 'RFC 9113 §8.1', does: answer({}, 'ok'), sees: ok, next: 'same' },
  {
    name: 'a length',
    from: 'RFC 9113 §8.1.1',
    does: answer({ 'content-length': 2 }, 'ok'),
    sees: ok,
    next: 'same',
  },
  {
    name: '204',
    from: 'RFC 9110 §15.3.5',
    does: answer({ ':status': 204 }),
    sees: 'success 204',
    next: 'same',
  },
  {
    name: '304 with a length',
    from: 'RFC 9113 §8.1.1',
    does: answer({ ':status': 304, 'content-length': 99 }),
    sees: 'success 304',
    next: 'same',
  },
  {
    name: 'HEAD with a length',
    from: 'RFC 9113 §8.1.1',
    method: 'HEAD',
    does: answer({ 'content-length': 99 }),
    sees: 'success 200',
    next: 'same',
  },
  {
    name: '103 before the answer',
    from: 'RFC 8297',
    does(stream) {
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      answer({}, 'ok')(stream);
    },
    sees: ok,
    next: 'same',
  },
  {
    name: 'a trailer',
    from: 'RFC 9113 §8.1',
    does(stream) {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      // Node asks twice.
      stream.on('wantTrailers', () => {
        if (stream.sentTrailers === undefined) stream.sendTrailers({ 'x-sum': '1' });
      });
      stream.end('ok');
    },
    sees: ok,
    next: 'same',
  },
  {
    name: 'content-encoding: br',
    from: 'RFC 7932',
    does: answer({ 'content-encoding': 'br' }, brotliCompressSync('ok')),
    sees: ok,
    next: 'same',
  },
  {
    name: '429 with a message',
    from: 'SageMaker',
    does: answer({ ':status': 429 }, '{"message":"slow down"}'),
    sees: 'throttled 429: HTTP 429 Too Many Requests: slow down',
    next: 'same',
  },
  {
    name: 'a body shorter than its length',
    from: 'RFC 9113 §8.1.1',
    does: answer({ 'content-length': 5 }, 'ok'),
    sees: 'protocol 200: HTTP/2 stream reset: PROTOCOL_ERROR',
    next: 'anew',
  },
  {
    name: 'a reset before an answer',
    from: 'RFC 9113 §5.4.2',
    does: (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    sees: 'protocol 0: HTTP/2 stream reset: INTERNAL_ERROR',
    next: 'anew',
  },
  {
    name: 'a stream refused',
    from: 'RFC 9113 §8.7',
    does: (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
    sees: 'protocol 0: HTTP/2 stream reset: REFUSED_STREAM',
    next: 'anew',
  },
  {
    name: 'a reset in the body',
    from: 'RFC 9113 §5.4.2',
    does(stream) {
      stream.respond({ ':status': 200, 'content-length': 9 });
      stream.write('o', () => stream.destroy(new Error('crashed')));
    },
    sees: 'protocol 200: HTTP/2 stream reset: INTERNAL_ERROR',
    next: 'anew',
  },
  {
    name: 'closes before an answer',
    from: 'a server that crashes',
    does: (stream) => sessionOf(stream).socket.destroy(),
    sees: 'connection 0: connection closed before an answer',
    next: 'anew',
  },
  {
    name: 'closes in the body',
    from: 'a server that crashes',
    does(stream) {
      const { socket } = sessionOf(stream);
      stream.respond({ ':status': 200, 'content-length': 9 });
      stream.write('o', () => systemClock.after(20, () => socket.destroy()));
    },
    sees: cut,
    next: 'anew',
  },
  {
    name: 'GOAWAY before the answer, which comes all the same',
    from: 'RFC 9113 §6.8, nginx’s keepalive_requests',
    does(stream) {
      sessionOf(stream).goaway(constants.NGHTTP2_NO_ERROR, stream.id ?? 0);
      systemClock.after(20, () => answer({}, 'ok')(stream));
    },
    sees: ok,
    next: 'anew',
  },
  {
    name: 'never answers',
    from: 'a server that hangs',
    does: () => {},
    timeoutMs: 150,
    sees: 'timeout 0: no answer within 0.15 s',
    next: 'anew',
  },
];

function answer(headers: Record<string, string | number>, body: string | Buffer = '') {
  return (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, ...headers }, { endStream: body.length === 0 });
    if (body.length > 0) stream.end(body);
  };
}

/** @param allowHttp1 as well, by ALPN */
export async function serveHttp2(does: Http2Behaviour['does'], allowHttp1 = false) {
  const sessions = new Set<ServerHttp2Session>();
  /** The connection that brought each request. */
  const asked: unknown[] = [];
  const server = createSecureServer({ key: testKey, cert: testCertificate, allowHTTP1: allowHttp1 });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    asked.push(stream.session);
    // Once the request is here as a whole: its body would stop the stream from ending.
    stream.resume().once('end', () => (asked.length > 1 ? answer({}, 'second') : does)(stream));
  });
  server.on('request', (request, response) => {
    if (request.httpVersionMajor === 1) request.resume().on('end', () => response.end('by HTTP/1.1'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as { port: number }).port}/`,
    asked,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
