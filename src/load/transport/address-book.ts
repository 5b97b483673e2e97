import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/**
 * A host's addresses, looked up again every 30 s, so that a load balancer that grows or moves is followed mid-run, and
 * handed out in turn, so that all of its addresses get load.
 */
export interface AddressBook {
  /** The next address. A failed renewal goes on with what was known; without any, it rejects with the resolver's error. */
  next(): Promise<string> | string;
}

export type LookupAll = (hostname: string) => Promise<LookupAddress[]>;

export function createAddressBook(
  hostname: string,
  lookup: LookupAll,
  monotonicMs: () => number,
): AddressBook {
  if (isIP(hostname) !== 0) return { next: () => hostname };
  let addresses: string[] = [];
  let turn = 0;
  let renewAtMs = 0;
  let pending: Promise<void> | undefined;

  const renew = () => {
    pending ??= lookup(hostname)
      .then(
        (found) => {
          if (found.length > 0) addresses = found.map((entry) => entry.address);
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
  const pick = () => addresses[turn++ % addresses.length]!;
  return {
    next() {
      if (addresses.length === 0) return renew().then(pick);
      // The renewal goes on beside the run: no request waits for it, and a failure keeps the addresses known.
      if (monotonicMs() >= renewAtMs) void renew();
      return pick();
    },
  };
}

const renewAfterMs = 30_000;
