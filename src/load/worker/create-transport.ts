import type { Clock } from '../../core/clock.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { ConnectionSecrets } from '../plan/secrets.ts';
import type { PreparedRequest } from '../request/request.ts';
import { createAddressBook, type LookupAll } from '../transport/exchange/address-book.ts';
import type { TimerWheel } from '../transport/exchange/timer-wheel.ts';
import { type ConnectionTap, noTransportCounts, type Transport } from '../transport/exchange/transport.ts';
import { secureContextOf } from '../transport/tls.ts';

export interface TransportDeps {
  clock: Clock;
  wheel: TimerWheel;
  lookup: LookupAll;
  tap?: ConnectionTap | undefined;
}

/** @param keepAnswers somebody looks at their heads and bodies */
export function createTransport(
  {
    timeoutMs,
    proxy,
    tls,
    listenMs,
    keepAlive,
  }: Pick<LoadPlan, 'timeoutMs' | 'proxy' | 'tls' | 'listenMs' | 'keepAlive'>,
  secrets: ConnectionSecrets | undefined,
  { origin, headRequest }: Pick<PreparedRequest, 'origin' | 'headRequest'>,
  keepAnswers: boolean,
  { clock, wheel, lookup, tap }: TransportDeps,
): Transport {
  return {
    origin,
    clock,
    addresses: createAddressBook(origin.hostname, shownLookup(lookup, clock, tap), () => clock.monotonicMs()),
    wheel,
    timeoutMs,
    headRequest,
    ...(keepAlive ? {} : { oneRequestEach: true }),
    ...(tap === undefined ? {} : { tap }),
    ...(proxy === null ? {} : { proxy }),
    ...(secrets?.proxyAuthorization === undefined ? {} : { proxyAuthorization: secrets.proxyAuthorization }),
    ...(listenMs === null ? {} : { listenMs }),
    ...(keepAnswers ? { captureBytes: mostKeptBytes } : {}),
    counts: noTransportCounts(),
    readBuffer: Buffer.allocUnsafeSlow(65_536),
    ...(origin.secure ? { secureContext: secureContextOf(tls, secrets) } : {}),
    ...(tls?.insecure === true ? { insecure: true } : {}),
  };
}

function shownLookup(lookup: LookupAll, clock: Clock, tap: ConnectionTap | undefined): LookupAll {
  if (tap === undefined) return lookup;
  return async (hostname) => {
    const startedMs = clock.monotonicMs();
    const found = await lookup(hostname);
    tap.looked(
      hostname,
      found.map(({ address }) => address),
      clock.monotonicMs() - startedMs,
    );
    return found;
  };
}

/** Of each answer. */
const mostKeptBytes = 1_048_576;
