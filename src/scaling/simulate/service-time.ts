/** How long an instance works on one request when nothing is in its way. Times are microseconds. */
export type ServiceTime =
  | { kind: 'constant'; us: number }
  /** `scv`: variance / mean², the squared coefficient of variation. */
  | { kind: 'lognormal'; meanUs: number; scv: number }
  /** As measured: ascending shares of the requests in (0, 1] with what they took at most; linear between. */
  | { kind: 'empirical'; quantiles: readonly { share: number; us: number }[] };

/** A distribution as a few weighted points: what sums need instead of integrals. */
export interface WeightedPoints {
  us: readonly number[];
  weight: readonly number[];
  meanUs: number;
  /** Variance / mean². */
  scv: number;
}

/**
 * One point for a constant; else the middle of each of 20 slices of the probability, which grow thinner towards the
 * tail, so that a p99 is drawn from several points and not from one. The mean is the distribution's own where it is
 * known.
 */
export function weightedPoints(service: ServiceTime): WeightedPoints {
  if (service.kind === 'constant') return { us: [service.us], weight: [1], meanUs: service.us, scv: 0 };
  const quantile = quantileOf(service);
  const weight = slices.slice(1).map((upper, index) => upper - slices[index]!);
  const raw = slices.slice(1).map((upper, index) => quantile((upper + slices[index]!) / 2));
  const sum = (of: (us: number) => number) =>
    raw.reduce((total, us, index) => total + weight[index]! * of(us), 0);
  const rawMean = sum((us) => us);
  if (service.kind === 'lognormal') {
    const us = raw.map((value) => (value * service.meanUs) / rawMean);
    return { us, weight, meanUs: service.meanUs, scv: service.scv };
  }
  return { us: raw, weight, meanUs: rawMean, scv: sum((us) => us * us) / rawMean ** 2 - 1 };
}

/** Inverse of the distribution function. */
export function quantileOf(service: ServiceTime): (share: number) => number {
  switch (service.kind) {
    case 'constant':
      return () => service.us;
    case 'lognormal': {
      // scv = exp(σ²) − 1 and mean = exp(μ + σ²/2)
      const sigma = Math.sqrt(Math.log1p(service.scv));
      const mu = Math.log(service.meanUs) - sigma ** 2 / 2;
      return (share) => Math.exp(mu + sigma * normalQuantile(share));
    }
    case 'empirical': {
      const { quantiles } = service;
      return (share) => {
        const after = Math.max(
          0,
          quantiles.findIndex((quantile) => quantile.share >= share),
        );
        const [a, b] = [quantiles[after - 1], quantiles[after]];
        if (!a || !b) return b?.us ?? quantiles.at(-1)?.us ?? 0;
        return a.us + ((b.us - a.us) * (share - a.share)) / (b.share - a.share);
      };
    }
  }
}

const slices = [
  0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.985, 0.99, 0.995,
  0.999, 1,
];

/** Peter Acklam's rational approximation of the normal distribution's inverse; relative error below 1.2e-9. */
function normalQuantile(share: number): number {
  const tail = 0.02425;
  if (share < tail) return tailQuantile(Math.sqrt(-2 * Math.log(share)));
  if (share > 1 - tail) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  return (horner(centreAbove, r) * q) / (horner(centreBelow, r) * r + 1);
}

function tailQuantile(q: number): number {
  return horner(tailAbove, q) / (horner(tailBelow, q) * q + 1);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const centreAbove = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const centreBelow = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const tailAbove = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBelow = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
