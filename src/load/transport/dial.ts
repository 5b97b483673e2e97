import { connect as connectTcp, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import type { Transport } from './exchange/transport.ts';
import { openTunnel } from './proxy.ts';

/** Told what happens on one socket. */
export interface Line {
  /** TCP stands, or the proxy's tunnel; of TLS the handshake comes now. */
  connected(): void;
  /** Requests can be sent: by HTTP/2 if that was offered and taken. */
  ready(socket: Socket, http2: boolean): void;
  received(bytes: Buffer, length: number): void;
  broken(error: Error): void;
  ended(): void;
}

/**
 * Connects to an address, or through the transport's proxy, where the proxy looks the host up.
 * @param offerHttp2 by ALPN; without TLS nothing can be offered
 * @returns what to destroy to give up
 */
export function dial(transport: Transport, address: string, offerHttp2: boolean, line: Line): Socket {
  const { origin, proxy, readBuffer } = transport;
  if (proxy !== undefined) return dialThrough(proxy, transport, offerHttp2, line);
  const options: NetConnectOpts = { host: address, port: origin.port, noDelay: true };
  if (!origin.secure || !offerHttp2) {
    // Straight out of the shared buffer: no buffer and no event a read. HTTP/2 reads for itself.
    options.onread = {
      buffer: readBuffer,
      callback: (length, bytes) => {
        line.received(bytes as Buffer, length);
        return true;
      },
    };
  }
  const socket = origin.secure
    ? connectTls(tlsOptions(transport, options as ConnectionOptions, offerHttp2))
    : connectTcp(options);
  socket.once('connect', line.connected);
  follow(socket, transport, line, options.onread === undefined);
  return socket;
}

function dialThrough(proxy: string, transport: Transport, offerHttp2: boolean, line: Line): Socket {
  const { origin } = transport;
  const host = isIP(origin.hostname) === 6 ? `[${origin.hostname}]` : origin.hostname;
  return openTunnel(proxy, `${host}:${origin.port}`, transport.proxyAuthorization, (error, tunnel) => {
    if (tunnel === null) {
      line.broken(error ?? new Error('the proxy gave no tunnel'));
      return;
    }
    line.connected();
    const socket = origin.secure ? connectTls(tlsOptions(transport, { socket: tunnel }, offerHttp2)) : tunnel;
    follow(socket, transport, line, true);
  });
}

function follow(socket: Socket, transport: Transport, line: Line, readByEvents: boolean): void {
  const ready = () => {
    const http2 = socket instanceof TLSSocket && socket.alpnProtocol === 'h2';
    if (readByEvents && !http2) socket.on('data', (bytes: Buffer) => line.received(bytes, bytes.length));
    line.ready(socket, http2);
  };
  socket.on('error', line.broken).once('end', line.ended).once('close', line.ended);
  if (socket instanceof TLSSocket) {
    socket.once('secureConnect', ready).on('session', (session: Buffer) => {
      transport.tlsSession = session;
    });
  } else if (socket.connecting) socket.once('connect', ready);
  else ready();
}

function tlsOptions(
  { origin, secureContext, insecure, tlsSession }: Transport,
  options: ConnectionOptions,
  offerHttp2: boolean,
): ConnectionOptions {
  return {
    ...options,
    // Server Name Indication names hosts, not addresses (RFC 6066 §3); the certificate is checked against either.
    ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : { host: origin.hostname }),
    ALPNProtocols: offerHttp2 ? ['h2', 'http/1.1'] : ['http/1.1'],
    rejectUnauthorized: insecure !== true,
    ...(secureContext === undefined ? {} : { secureContext }),
    ...(tlsSession === undefined ? {} : { session: tlsSession }),
  };
}
