/**
 * For how long to leave a service alone that has refused so many times in a row: it would be asked as fast as it can
 * refuse.
 */
export function backOffMs(refusals: number): number {
  return refusals === 0 ? 0 : Math.min(longestMs, firstMs * 2 ** (refusals - 1));
}

const firstMs = 100;
const longestMs = 1_000;
