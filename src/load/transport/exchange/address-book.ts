import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/**
 * A host's addresses, looked up again every 30 s, so that a load balancer that grows or moves is followed mid-run, and
 * handed out in turn, so that all of its addresses get load.
 */
export interface AddressBook {
  /**
   * The next address. A failed renewal goes on with what was known; without any, it rejects with the resolver's error.
   */
  next(): Promise<string> | string;
  /**
   * Nothing answers there: passed over until the next look-up (`localhost` is often `::1` and 127.0.0.1, and the
   * service listens on one). @returns whether there is another to try; if not, all are good again
   */
  reject(address: string): boolean;
}

export type LookupAll = (hostname: string) => Promise<LookupAddress[]>;

export function createAddressBook(
  hostname: string,
  lookup: LookupAll,
  monotonicMs: () => number,
): AddressBook {
  if (isIP(hostname) !== 0) return { next: () => hostname, reject: () => false };
  /** Never empty once something was found; `good` is what of it has not been rejected. */
  let addresses: string[] = [];
  let good: string[] = [];
  let turn = 0;
  let renewAtMs = 0;
  let pending: Promise<void> | undefined;

  const renew = () => {
    pending ??= lookup(hostname)
      .then(
        (found) => {
          if (found.length === 0) return;
          addresses = found.map((entry) => entry.address);
          good = addresses;
        },
        (error: unknown) => {
          if (addresses.length === 0) throw error;
        },
      )
      .finally(() => {
        pending = undefined;
        renewAtMs = monotonicMs() + renewAfterMs;
      });
    return pending;
  };
  const pick = () => good[turn++ % good.length]!;
  return {
    next() {
      if (addresses.length === 0) return renew().then(pick);
      // The renewal goes on beside the run: no request waits for it, and a failure keeps the addresses known.
      if (monotonicMs() >= renewAtMs) void renew();
      return pick();
    },
    reject(address) {
      good = good.filter((other) => other !== address);
      if (good.length > 0) return true;
      good = addresses;
      return false;
    },
  };
}

const renewAfterMs = 30_000;
