import type { TlsPlan } from '../plan/tls-plan.ts';
import { originOf } from '../request/request-url.ts';
import { createAddressBook, type LookupAll } from '../transport/exchange/address-book.ts';
import type { Transport } from '../transport/exchange/transport.ts';
import { secureContextOf } from '../transport/tls.ts';

/**
 * What connections to other origins than the run's share, by origin: redirects lead there. They are trusted as the run
 * trusts, and shown no certificate of ours.
 */
export function createOtherOrigins(
  own: Transport,
  tls: TlsPlan | null,
  lookup: LookupAll,
): (url: URL) => Transport {
  const known = new Map<string, Transport>();
  return (url) => {
    let transport = known.get(url.origin);
    if (transport === undefined) {
      const origin = originOf(url);
      const { tlsSession: _, secureContext: __, ...shared } = own;
      const { ca, insecure } = tls ?? {};
      const trust = { ...(ca === undefined ? {} : { ca }), ...(insecure === undefined ? {} : { insecure }) };
      transport = {
        ...shared,
        origin,
        addresses: createAddressBook(origin.hostname, lookup, () => own.clock.monotonicMs()),
        ...(origin.secure ? { secureContext: secureContextOf(trust) } : {}),
      };
      // A server that names another host each time must not fill the memory.
      if (known.size >= mostKnown) known.clear();
      known.set(url.origin, transport);
    }
    return transport;
  };
}

const mostKnown = 64;
