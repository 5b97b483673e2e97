/**
 * How many requests prove a percentile: MLPerf LoadGen's early stopping
 * (https://github.com/mlcommons/inference/blob/master/loadgen/early_stopping.cc).
 *
 * Claim: at least a share `percentile` of all requests is within the limit. With `over` of n above it, the claim holds
 * at confidence c if so few would be seen by chance in at most 1 − c of the cases were the true share just missed:
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
  // With so many requests the mean itself is `over`: fewer are never enough.
  let high = Math.max(1, over + 1, Math.floor(over / shareOver));
  while (!enough(high)) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * P[Binomial(n, p) ≤ k]: summed from its largest index downwards, each term from the one before,
 *
 *   T(i − 1) / T(i) = i / (n − i + 1) · (1 − p) / p
 *
 * until they no longer count: some thousand terms, be k a thousand or ten million.
 */
function lowerTail(n: number, p: number, k: number): number {
  if (k >= n) return 1;
  const odds = (1 - p) / p;
  let term = 1;
  let sum = 1;
  for (let i = k; i > 0 && term > sum * 1e-17; i--) {
    term *= (i / (n - i + 1)) * odds;
    sum += term;
  }
  const logFirst =
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  return Math.exp(logFirst + Math.log(sum));
}

/** Exact for small n; else by Stirling's series, right to 1e-12. */
function logFactorial(n: number): number {
  if (n < 32) {
    let log = 0;
    for (let factor = 2; factor <= n; factor++) log += Math.log(factor);
    return log;
  }
  const square = n * n;
  const series = (1 / 12 - (1 / 360 - 1 / (1_260 * square)) / square) / n;
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}
