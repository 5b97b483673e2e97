import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { cloudError, type MlbenchError, systemErrorCode } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { Origin } from '../request/request.ts';
import type { LookupAll } from '../transport/address-book.ts';

interface ConnectDeps {
  clock: Clock;
  signal: AbortSignal;
  timeoutMs: number;
  ca?: string;
  /** The run speaks that, too: a server may speak nothing else. */
  http2?: boolean;
}

/**
 * Before the first request: resolves the host and makes one connection, TLS handshake included, that carries nothing. An
 * unreachable host or a wrong certificate is then one clear error and not a thousand failed requests.
 * @throws MlbenchError of the cloud: `host-not-found`, `unreachable`, `certificate`
 */
export async function checkReachable(
  origin: Origin,
  deps: { lookup: LookupAll } & ConnectDeps,
): Promise<void> {
  const addresses = await resolveHost(origin.hostname, deps.lookup);
  for (const [index, address] of addresses.entries()) {
    try {
      await connectOnce(origin, address, deps);
      return;
    } catch (error) {
      if (index === addresses.length - 1) throw error;
    }
  }
}

async function resolveHost(hostname: string, lookup: LookupAll): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  let code = 'no address';
  try {
    const found = await lookup(hostname);
    if (found.length > 0) return found.map((entry) => entry.address);
  } catch (error) {
    code = systemErrorCode(error) ?? String(error);
  }
  throw cloudError(
    'host-not-found',
    `the host name "${hostname}" cannot be resolved (${code})`,
    'check the URL, the region and the name server',
  );
}

function connectOnce(origin: Origin, address: string, deps: ConnectDeps): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = origin.secure
      ? connectTls({
          host: address,
          port: origin.port,
          ALPNProtocols: deps.http2 === true ? ['h2', 'http/1.1'] : ['http/1.1'],
          ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
          ...(deps.ca === undefined ? {} : { ca: deps.ca }),
        })
      : connectTcp({ host: address, port: origin.port });
    const finish = (outcome: () => void) => {
      timer.cancel();
      deps.signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      // What a closing socket may still say interests nobody.
      socket.on('error', () => {});
      socket.destroy();
      outcome();
    };
    const onAbort = () => finish(resolve);
    const timeoutMs = Math.min(deps.timeoutMs, longestMs);
    const timer = deps.clock.after(timeoutMs, () =>
      finish(() => reject(unreachableHost(origin, `no connection within ${formatDurationMs(timeoutMs)}`))),
    );
    deps.signal.addEventListener('abort', onAbort, { once: true });
    socket.once(origin.secure ? 'secureConnect' : 'connect', () => finish(resolve));
    socket.once('error', (error) => finish(() => reject(refusal(origin, error))));
    socket.once('close', () =>
      finish(() => reject(unreachableHost(origin, 'it closed the connection at once'))),
    );
  });
}

function refusal(origin: Origin, error: Error): MlbenchError {
  const code = systemErrorCode(error) ?? '';
  if (certificateErrors.test(code)) {
    return cloudError(
      'certificate',
      `the certificate of ${origin.host} is not trusted: ${error.message} (${code})`,
      'correct the host name, or name the authority in NODE_EXTRA_CA_CERTS',
      error,
    );
  }
  if (code.endsWith('NO_APPLICATION_PROTOCOL')) {
    return cloudError(
      'no-common-http',
      `${origin.host} speaks none of the versions of HTTP that it was offered (${code})`,
      'add --transport undici, which speaks HTTP/2',
      error,
    );
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return cloudError(
      'tls',
      `${origin.host} does not speak TLS as expected (${code})`,
      'check the port and http:// against https://',
      error,
    );
  }
  return unreachableHost(origin, code || error.message, error);
}

function unreachableHost(origin: Origin, why: string, cause?: unknown): MlbenchError {
  return cloudError(
    'unreachable',
    `${origin.hostname}:${origin.port} cannot be reached: ${why}`,
    'check that the service is up, and the URL',
    cause,
  );
}

const certificateErrors =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;
const longestMs = 10_000;
