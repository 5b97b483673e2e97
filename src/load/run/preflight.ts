import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, TLSSocket } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { cloudError, type MlbenchError, systemErrorCode } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import { socketFacts } from '../../core/wire/socket-facts.ts';
import type { WireLog } from '../../core/wire/wire-log.ts';
import type { Origin } from '../request/request-url.ts';
import type { LookupAll } from '../transport/exchange/address-book.ts';
import { ownFaultOf } from '../transport/exchange/failure.ts';
import { tlsFaultOf } from '../transport/exchange/tls-fault.ts';
import { classifyUnasked } from '../transport/unasked.ts';

interface ConnectDeps {
  clock: Clock;
  signal: AbortSignal;
  timeoutMs: number;
  /** As the run trusts and shows itself. */
  secureContext?: SecureContext;
  insecure?: boolean;
  /** The run speaks that, too: a server may speak nothing else. */
  http2?: boolean;
  wire?: WireLog | undefined;
}

export interface Reached {
  /** It answered the connection on which nothing was asked. */
  speaksFirst: boolean;
}

/**
 * Before the first request: resolves the host and makes one connection, TLS handshake included, that carries nothing,
 * and listens a moment. An unreachable host, a wrong certificate or a missing one of ours is then one clear error and
 * not a thousand failed requests, and a server that answers before it is asked is known for it.
 * @throws MlbenchError of the cloud: `host-not-found`, `unreachable`, `certificate`, `client-certificate`, `tls`,
 * `no-common-http`
 */
export async function checkReachable(
  origin: Origin,
  deps: { lookup: LookupAll } & ConnectDeps,
): Promise<Reached> {
  const addresses = await resolveHost(origin.hostname, deps.lookup);
  for (const [index, address] of addresses.entries()) {
    try {
      return await connectOnce(origin, address, deps);
    } catch (error) {
      if (index === addresses.length - 1) throw error;
    }
  }
  return { speaksFirst: false };
}

async function resolveHost(hostname: string, lookup: LookupAll): Promise<string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  let code = 'no address';
  try {
    const found = await lookup(hostname);
    if (found.length > 0) return found.map((entry) => entry.address);
  } catch (error) {
    code = systemErrorCode(error) ?? String(error);
    if (ownFaultOf(code, false) !== null) throw localFault(hostname, code, error);
  }
  throw cloudError(
    'host-not-found',
    `the host name "${hostname}" cannot be resolved (${code})`,
    'check the URL, the region and the name server',
  );
}

function connectOnce(origin: Origin, address: string, deps: ConnectDeps): Promise<Reached> {
  const { clock, signal } = deps;
  return new Promise((resolve, reject) => {
    const startedMs = clock.monotonicMs();
    const socket = openSocket(origin, address, deps);
    const finish = (outcome: () => void) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      // What a closing socket may still say interests nobody.
      socket.on('error', () => {});
      socket.destroy();
      outcome();
    };
    const reached = (speaksFirst = false) => finish(() => resolve({ speaksFirst }));
    const onAbort = () => reached();
    const timeoutMs = Math.min(deps.timeoutMs, longestMs);
    let timer = clock.after(timeoutMs, () =>
      finish(() => reject(unreachableHost(origin, `no connection within ${formatDurationMs(timeoutMs)}`))),
    );
    let connected = false;
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once(origin.secure ? 'secureConnect' : 'connect', () => {
      connected = true;
      deps.wire?.note(`the look before the run: connected to ${socketFacts(socket)}`);
      timer.cancel();
      timer = clock.after(listenMs + 2 * (clock.monotonicMs() - startedMs), () => reached());
      if (socket instanceof TLSSocket && socket.alpnProtocol === 'h2') return;
      socket.once('data', (bytes) => reached(classifyUnasked(bytes, bytes.length, false).kind === 'answer'));
    });
    socket.once('error', (error) => {
      // With TLS 1.3 a server looks at a client's certificate, or the lack of one, after the handshake.
      if (connected && (!origin.secure || !isTlsAlert(error))) closed();
      else finish(() => reject(refusal(origin, error)));
    });
    const closed = () => {
      if (!connected) finish(() => reject(unreachableHost(origin, 'it closed the connection at once')));
      else if (origin.secure) finish(() => reject(closedAfterHandshake(origin)));
      else reached();
    };
    socket.once('end', closed).once('close', closed);
  });
}

function openSocket(origin: Origin, address: string, deps: ConnectDeps): Socket {
  if (!origin.secure) return connectTcp({ host: address, port: origin.port });
  return connectTls({
    host: isIP(origin.hostname) === 0 ? address : origin.hostname,
    port: origin.port,
    ALPNProtocols: deps.http2 === true ? ['h2', 'http/1.1'] : ['http/1.1'],
    rejectUnauthorized: deps.insecure !== true,
    ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
    ...(deps.secureContext === undefined ? {} : { secureContext: deps.secureContext }),
  });
}

function isTlsAlert(error: Error): boolean {
  return tlsFaultOf(systemErrorCode(error) ?? '') !== null;
}

function refusal(origin: Origin, error: Error): MlbenchError {
  const code = systemErrorCode(error) ?? '';
  if (ownFaultOf(code, false) !== null) return localFault(`${origin.hostname}:${origin.port}`, code, error);
  const fault = tlsFaultOf(code);
  if (fault === null) return unreachableHost(origin, code || error.message, error);
  // Node goes on with advice of its own.
  const [said] = error.message.split(';');
  const why = fault.code === 'certificate' ? `: ${said}` : '';
  return cloudError(fault.code, `${origin.host} ${fault.words}${why} (${code})`, fault.remedy, error);
}

function closedAfterHandshake(origin: Origin): MlbenchError {
  return cloudError(
    'client-certificate',
    `${origin.host} closed the connection right after the TLS handshake, as servers do that require another client certificate, or one at all`,
    'name the certificate and key that it accepts with --cert and --key',
  );
}

function unreachableHost(origin: Origin, why: string, cause?: unknown): MlbenchError {
  return cloudError(
    'unreachable',
    `${origin.hostname}:${origin.port} cannot be reached: ${why}`,
    'check that the service is up, and the URL',
    cause,
  );
}

function localFault(where: string, code: string, cause: unknown): MlbenchError {
  return cloudError(
    'unreachable',
    `${where} cannot be reached from this machine: ${ownFaultOf(code, false)} (${code})`,
    'correct that on this machine: the service was not asked',
    cause,
  );
}

const longestMs = 10_000;
/** How long a server has to say something unasked, round trips apart. */
const listenMs = 100;
