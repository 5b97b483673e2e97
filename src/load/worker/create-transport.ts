import { createSecureContext } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { PreparedRequest } from '../request/request.ts';
import { createAddressBook, type LookupAll } from '../transport/address-book.ts';
import type { Transport } from '../transport/connection.ts';
import type { TimerWheel } from '../transport/timer-wheel.ts';

export interface TransportDeps {
  clock: Clock;
  wheel: TimerWheel;
  lookup: LookupAll;
  /** Trusted certificates (PEM) instead of Node's own and those of NODE_EXTRA_CA_CERTS. */
  ca?: string;
}

/** @param keepAnswers somebody looks at their heads and bodies */
export function createTransport(
  { timeoutMs, proxy }: Pick<LoadPlan, 'timeoutMs' | 'proxy'>,
  { origin, headRequest }: Pick<PreparedRequest, 'origin' | 'headRequest'>,
  keepAnswers: boolean,
  { clock, wheel, lookup, ca }: TransportDeps,
): Transport {
  return {
    origin,
    clock,
    addresses: createAddressBook(origin.hostname, lookup, () => clock.monotonicMs()),
    wheel,
    timeoutMs,
    headRequest,
    ...(proxy === undefined ? {} : { proxy }),
    ...(keepAnswers ? { captureBytes: mostKeptBytes } : {}),
    bodyBytes: 0,
    strayAnswers: 0,
    readBuffer: Buffer.allocUnsafeSlow(65_536),
    ...(origin.secure ? { secureContext: createSecureContext(ca === undefined ? {} : { ca }) } : {}),
  };
}

/** Of each answer. */
const mostKeptBytes = 1_048_576;
