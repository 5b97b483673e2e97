/**
 * Which of `count` points to draw so that at most about `limit` remain and no extreme of any series is lost: the row is
 * cut into equal buckets, and of each the rows with the least and the greatest value of each series are kept. What is
 * drawn was measured; nothing is averaged.
 *
 * @param series values of each series, `count` long; null where there is none
 * @returns row indexes, ascending; always the first and the last
 */
export function thinRows(
  count: number,
  series: readonly (readonly (number | null)[])[],
  limit: number,
): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  const perBucket = Math.max(1, series.length * 2);
  const buckets = Math.max(1, Math.floor((limit - 2) / perBucket));
  const kept = new Set([0, count - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * count) / buckets);
    const to = Math.floor(((bucket + 1) * count) / buckets);
    for (const values of series) for (const index of extremes(values, from, to)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremes(values: readonly (number | null)[], from: number, to: number): number[] {
  let least = -1;
  let greatest = -1;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    if (least < 0 || value < (values[least] as number)) least = index;
    if (greatest < 0 || value > (values[greatest] as number)) greatest = index;
  }
  return least < 0 ? [] : [least, greatest];
}
