/** A rate or a level for a line of a plan: `500`, `0.25`. */
export function formatRate(rateRps: number): string {
  return rateRps >= 10 ? rateRps.toFixed(0) : String(Number(rateRps.toPrecision(2)));
}

/** `1 user`, `12,345 users`. */
export function countOf(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
}

export function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
