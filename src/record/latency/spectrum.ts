/**
 * HdrHistogram's percentile spectrum with its values brought within [min, max]. HDR prints the upper edge of a bucket,
 * which may lie beyond all that was measured (120,061.951 for a maximum of 120,000); the last value is the exact
 * maximum.
 *
 * @param text as `outputPercentileDistribution` writes it, values in milliseconds with three decimals
 * @param minUs exact; null when nothing was recorded
 */
export function clampSpectrum(text: string, minUs: number | null, maxUs: number | null): string {
  if (minUs === null || maxUs === null) return text;
  const low = minUs / 1_000;
  const high = maxUs / 1_000;
  return text
    .replace(/^ *(\d+\.\d+)(?= +[01]\.\d+ +\d+)/gm, (cell, value: string) =>
      Math.min(high, Math.max(low, Number(value)))
        .toFixed(3)
        .padStart(cell.length),
    )
    .replace(/^(#\[Max {5}= *)(\d+\.\d+)/m, (_, head: string, value: string) => {
      const exact = high.toFixed(3);
      return head.slice(0, head.length - Math.max(0, exact.length - value.length)) + exact;
    });
}
