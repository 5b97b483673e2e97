import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';

/** Where a server is to listen. */
export interface AskedPlace {
  /** 0: the system chooses. */
  port: number;
  /** An address or a name of this machine; what it leads to says whether other machines reach it. */
  host: string;
  /** What said the port, for messages: `--web`. */
  portFlag: string;
}

/** Where a server has come to listen. */
export interface ListeningPlace {
  port: number;
  /** Nobody but this machine reaches it. */
  isLoopback: boolean;
  /** What a browser is to be given: `127.0.0.1`, `[fd00::5]`; of all addresses one of this machine's. */
  host: string;
  /** Names of this machine, by which it may be called. */
  names: string[];
}

/** @throws MlbenchError `web-port`, `web-host` (exit code 2) */
export async function listen(server: Server, { port, host, portFlag }: AskedPlace): Promise<ListeningPlace> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // From then on: an accept that fails, such as for want of descriptors, is one caller's loss.
  server.on('error', reject);
  server.listen({ port, host, exclusive: true }, () => resolve());
  try {
    await promise;
  } catch (error) {
    throw notListening(systemErrorCode(error), { port, host, portFlag }, error);
  }
  const bound = server.address() as AddressInfo;
  const isEverywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const shown = isEverywhere ? (outsideAddress() ?? hostname()) : host;
  return {
    port: bound.port,
    isLoopback: /^(?:127(?:\.\d+){3}|::1)$/.test(bound.address),
    host: bracketed(shown),
    names: [bracketed(host), hostname()],
  };
}

function outsideAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((own) => own ?? []);
  const outside = addresses.filter(({ internal, scopeid }) => !internal && !scopeid);
  return (outside.find(({ family }) => family === 'IPv4') ?? outside[0])?.address;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function notListening(
  code: string | undefined,
  { port, host, portFlag }: AskedPlace,
  cause: unknown,
): MlbenchError {
  switch (code) {
    case 'EADDRINUSE':
      return userError(
        'web-port',
        `${portFlag} ${port}: the port is in use`,
        `name another, or 0 for any: ${portFlag} 0`,
        cause,
      );
    case 'EACCES':
      return userError(
        'web-port',
        `${portFlag} ${port}: the port is not for every user`,
        'name a port above 1023, or 0 for any',
        cause,
      );
    case 'EADDRNOTAVAIL':
      return userError(
        'web-host',
        `--web-host ${host}: not an address of this machine`,
        'name an address of this machine, or 0.0.0.0 for all of them',
        cause,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return userError(
        'web-host',
        `--web-host ${host}: no address is known of that name`,
        'name an address of this machine, or 0.0.0.0 for all of them',
        cause,
      );
    default:
      return userError(
        'web-host',
        `--web-host ${host}: cannot be listened on (${code ?? 'for no reason given'})`,
        'name another address of this machine',
        cause,
      );
  }
}
