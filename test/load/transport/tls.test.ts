import { createServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { ConnectionSecrets } from '../../../src/load/plan/secrets.ts';
import type { TlsPlan } from '../../../src/load/plan/tls-plan.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { splitUserinfo } from '../../../src/load/request/request-url.ts';
import { checkReachable } from '../../../src/load/run/preflight.ts';
import { tlsFaultOf } from '../../../src/load/transport/exchange/tls-fault.ts';
import { secureContextOf } from '../../../src/load/transport/tls.ts';
import { testCertificate, testKey } from '../support/certificate.ts';
import { contents, planFor } from '../support/plan.ts';
import { transports, userOf } from './behaviours/run-behaviour.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** @param requestCert only clients that show the test's own certificate are served */
async function startTlsServer(requestCert = false): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      key: testKey,
      cert: testCertificate,
      requestCert,
      rejectUnauthorized: requestCert,
      ca: testCertificate,
    },
    (socket) => {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('data', (data) => {
          requests.push(data.toString());
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        });
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as { port: number }).port}/`, requests };
}

function check(url: string, tls: TlsPlan, secrets: ConnectionSecrets = {}) {
  return checkReachable(prepareRequest(planFor(url), contents).origin, {
    clock: systemClock,
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    lookup: () => Promise.reject(new Error('not needed')),
    secureContext: secureContextOf(tls, secrets),
    insecure: tls.insecure === true,
  });
}

const names = Object.keys(transports) as (keyof typeof transports)[];
const shown = { ca: testCertificate, certificate: testCertificate };

describe.each(names)('TLS through %s', (name) => {
  const ask = async (url: string, tls: TlsPlan, secrets: ConnectionSecrets = {}) => {
    const secureContext = secureContextOf(tls, secrets);
    const user = userOf(url, name, { secureContext, insecure: tls.insecure === true });
    cleanups.push(() => user.end());
    return user.request();
  };

  it('is refused with a certificate that nobody vouches for, taken with its authority, and with no check at all', async () => {
    const { url } = await startTlsServer();
    expect(await ask(url, {})).toMatch(/^connection 0: certificate not trusted: self-signed certificate/);
    expect(await ask(url, { ca: testCertificate })).toBe('success 200 ok');
    expect(await ask(url, { insecure: true })).toBe('success 200 ok');
  });

  it('shows a client certificate where one is required', async () => {
    const { url } = await startTlsServer(true);
    expect(await ask(url, shown, { key: testKey })).toBe('success 200 ok');
    expect(await ask(url, { ca: testCertificate })).toMatch(/^connection 0: /);
  });
});

describe('the preflight over TLS', () => {
  it('trusts as the run will', async () => {
    const { url } = await startTlsServer();
    await expect(check(url, {})).rejects.toMatchObject({
      code: 'certificate',
      remedy: expect.stringContaining('--cacert'),
    });
    await check(url, { ca: testCertificate });
    await check(url, { insecure: true });
  });

  it('says that a client certificate is required, and is content with one', async () => {
    const { url, requests } = await startTlsServer(true);
    await expect(check(url, { ca: testCertificate })).rejects.toMatchObject({
      exitCode: 3,
      code: 'client-certificate',
      remedy: expect.stringContaining('--cert'),
    });
    await check(url, shown, { key: testKey });
    expect(requests).toEqual([]);
  });
});

describe('what went wrong with TLS', () => {
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client-certificate', /^requires a client certificate$/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate', /does not accept the client certificate/],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'client-certificate', /or the lack of one/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', /may require a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', /no common version/],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tls', /this host name/],
    ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'no-common-http', /versions of HTTP/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /does not speak TLS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate', /not trusted/],
    ['CERT_HAS_EXPIRED', 'certificate', /not trusted/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate', /not trusted/],
  ])('%s is a fault of %s', (code, fault, words) => {
    expect(tlsFaultOf(code)).toMatchObject({ code: fault, words: expect.stringMatching(words) });
  });

  it('is nothing where a socket broke', () => {
    for (const code of ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', '']) expect(tlsFaultOf(code)).toBeNull();
  });
});

describe('user and password in a URL', () => {
  it('go into a header, and out of the URL', () => {
    expect(splitUserinfo('https://me:p%40ss@h.example/x?y=1')).toEqual({
      url: 'https://h.example/x?y=1',
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    });
    expect(splitUserinfo('https://token@h.example/').authorization).toBe(
      `Basic ${Buffer.from('token:').toString('base64')}`,
    );
    expect(splitUserinfo('https://h.example/')).toEqual({ url: 'https://h.example/' });
  });

  it('are not shown where they cannot be read', () => {
    expect(() => splitUserinfo('https://me:secret%ff@h.example/')).toThrow(
      expect.objectContaining({ code: 'bad-url', message: expect.not.stringContaining('secret') }),
    );
  });

  it('are sent with every request, a scenario’s too', () => {
    const request = prepareRequest(planFor('http://h.example/'), contents, undefined, 'Basic bWU6');
    expect(request.bytesAt(0).toString()).toContain('\r\nauthorization: Basic bWU6\r\n');
    expect(request.usual.headers['authorization']).toBe('Basic bWU6');
  });
});
