/**
 * How many requests prove a percentile: MLPerf LoadGen's early stopping
 * (https://github.com/mlcommons/inference/blob/master/loadgen/early_stopping.cc).
 *
 * Claim: at least a share `percentile` of all requests is within the limit. With `over` of n above it, the claim holds at
 * confidence c if so few would be seen by chance in at most 1 − c of the cases were the true share just missed:
 *
 *   P[Binomial(n, 1 − percentile) ≤ over] ≤ 1 − c
 *
 * For p99 at 99 %: 459 requests with none over, 662 with one over.
 *
 * @param percentile as a share, above 0 and below 1
 * @returns the least such n
 */
export function requestsNeeded(percentile: number, over: number, confidence = 0.99): number {
  const shareOver = 1 - percentile;
  const enough = (n: number) => lowerTail(n, shareOver, over) <= 1 - confidence;
  let high = Math.max(1, over + 1);
  while (!enough(high)) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** P[Binomial(n, p) ≤ k]: a sum of k + 1 terms, each from the one before, in logarithms lest it underflow. */
function lowerTail(n: number, p: number, k: number): number {
  if (k >= n) return 1;
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 0; i < k; i++) {
    logTerm += Math.log((n - i) / (i + 1)) + logOdds;
    sum += Math.exp(logTerm);
  }
  return sum;
}
