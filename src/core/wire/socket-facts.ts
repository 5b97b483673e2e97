import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * `127.0.0.1:4711 from port 50312`, and of TLS its version, cipher, protocol and the server's certificate.
 */
export function socketFacts(socket: Socket): string {
  const { remoteAddress = '?', remotePort = 0, localPort = 0 } = socket;
  const host = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
  const tcp = `${host}:${remotePort} from port ${localPort}`;
  return socket instanceof TLSSocket ? `${tcp}, ${tlsFacts(socket)}` : tcp;
}

function tlsFacts(socket: TLSSocket): string {
  const { subject, issuer, valid_to: until } = socket.getPeerCertificate();
  // A resumed session brings no certificate along.
  const certificate =
    subject === undefined
      ? []
      : [`certificate of ${nameOf(subject)} by ${nameOf(issuer)}, good until ${until}`];
  return [
    `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher()?.name ?? ''}`.trim(),
    typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : 'no ALPN',
    ...(socket.isSessionReused() ? ['session resumed'] : []),
    ...certificate,
    ...(socket.authorized ? [] : [`not trusted: ${String(socket.authorizationError)}`]),
  ].join(', ');
}

function nameOf(name: { CN?: string | string[]; O?: string | string[] } | undefined): string {
  return [name?.CN ?? name?.O ?? '?'].flat().join(' ');
}
