import { lookup } from 'node:dns/promises';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { LookupAll } from './address-book.ts';

/**
 * The system's resolver. Without a file descriptor the resolver can neither read its files nor ask a name server, and
 * then says that it does not know the name, or not now.
 * @throws the system's error: that of the want of descriptors, if there is one
 */
export const lookupAll: LookupAll = async (hostname) => {
  try {
    return await lookup(hostname, { all: true });
  } catch (error) {
    throw wantOfDescriptors() ?? error;
  }
};

function wantOfDescriptors(): unknown {
  try {
    closeSync(openSync(devNull, 'r'));
    return null;
  } catch (error) {
    return error;
  }
}
