/** `6,000`, `0.75`. */
export function formatValue(value: number): string {
  return rounded(value, usualDigits(value));
}

/** All its digits: a number that a person chose, or one that decides as it is. */
export function exactValue(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 12 });
}

/**
 * As few digits as usual, more where those would say something else: 3,000.4 is over 3,000, and `3,000` is not.
 * @param holds whether what is said of the value is true of the number that is read
 */
export function writtenSo(value: number, holds: (read: number) => boolean): string {
  for (const digits of [usualDigits(value), 1, 2, 3, 4, 6, 9]) {
    if (digits < usualDigits(value)) continue;
    if (holds(Number(value.toFixed(digits)))) return rounded(value, digits);
  }
  return exactValue(value);
}

function usualDigits(value: number): number {
  return Math.abs(value) >= 100 ? 0 : 2;
}

function rounded(value: number, digits: number): string {
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: digits });
}
