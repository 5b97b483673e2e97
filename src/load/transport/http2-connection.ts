import { Connection } from './connection.ts';
import type { ConnectionOwner, Transport } from './exchange/transport.ts';
import { Http2Exchange } from './http2/http2-exchange.ts';

/**
 * Over TLS it offers HTTP/2; where the server does not take it up, and without TLS, it is a `Connection` like any
 * other.
 */
export class Http2Connection extends Connection {
  constructor(transport: Transport, owner: ConnectionOwner) {
    super(transport, owner, (...parts) => new Http2Exchange(...parts));
  }
}
