/**
 * One instance as a queue: `concurrency` slots, `queue` places to wait, the next is refused. Two regimes.
 *
 * At rest (the load has lasted longer than the backlog takes to stop changing), after M/M/c/c+K, widened to other
 * variabilities as Allen and Cunneen do, and to overload as a diffusion between two walls. With a = λs offered slots, ρ
 * = a / c, v = (ca² + cs²) / 2 for the squared coefficients of variation of gaps and service times, θ = ln(1/ρ) / v:
 *
 *   P(all slots busy) = b G / (Σₙ₍ₙ<c₎ aⁿ/n! + b G)       b = aᶜ/c!   G = Σₖ₌₀..K ρᵏ
 *   P(refused)        = P(busy) (1/ρ − 1) / (e^(θ(K+1)) − 1)      → 1 − 1/ρ far above ρ = 1
 *   wait, if it waits ~ exponential of rate θc/s cut to [0, Ks/c]   (below 1 it falls, above 1 it rises to the full queue)
 *
 * Exact for Poisson arrivals and exponential service up to the wait's granularity. Moving (more or less comes than is
 * served, and a backlog grows or drains), as a fluid:
 *
 *   dq/dt = λ − c/s, within [0, K]        wait of who arrives at q = q s / c, uniform over what q passes through
 *
 * Against a simulation of each request (`test/scaling/simulate/queue-model.test.ts`): p50, p95 and p99 mostly within 10
 * %, at most 22 %, up to ρ = 0.9 and from 1.2 on; between, where waits take minutes to come to rest, up to 45 %; the
 * rare waits at ρ = 0.3, 40 %; refused within 1 % of the requests.
 */
import { binCount, binEdgesUs, type LatencyBins } from './latency-bins.ts';
import { type ServiceTime, type WeightedPoints, weightedPoints } from './service-time.ts';

export interface InstanceModel {
  service: ServiceTime;
  concurrency: number;
  /** Requests that may wait. */
  queue: number;
}

/** What the requests of one regime meet; all of it a request or a moment, so that it can be weighted by the load. */
export interface Regime {
  /** Response times of those served, adding up to 1. */
  response: LatencyBins;
  refusedShare: number;
  /** Mean requests waiting on the instance. */
  waiting: number;
  meanWaitUs: number;
}

export interface QueueModel {
  readonly instance: InstanceModel;
  readonly meanServiceUs: number;
  /** Requests a second that one instance serves at most. */
  readonly maxRps: number;
  /** @param gapScv squared coefficient of variation of the gaps between arrivals at one instance */
  atRest(rps: number, gapScv: number): Regime;
  /** A backlog that passes evenly from one length to another. */
  moving(fromBacklog: number, toBacklog: number): Regime;
}

export function createQueueModel(instance: InstanceModel): QueueModel {
  const points = weightedPoints(instance.service);
  const { concurrency } = instance;
  const maxRps = (concurrency * 1_000_000) / points.meanUs;
  const known = new Map<number, Regime>();
  const slotUs = points.meanUs / concurrency;

  const atRest = (rps: number, gapScv: number): Regime => {
    const rho = roundedLoad(rps / maxRps);
    const scv = Math.round(gapScv * 50) / 50;
    const key = rho * 10_000 + scv;
    let regime = known.get(key);
    if (regime === undefined) {
      regime = restingRegime(rho, scv, instance, points);
      known.set(key, regime);
    }
    return regime;
  };
  return {
    instance,
    meanServiceUs: points.meanUs,
    maxRps,
    atRest,
    moving: (from, to) => {
      const [low, high] = from < to ? [from, to] : [to, from];
      const [lowUs, highUs] = [low * slotUs, high * slotUs];
      const waitBelow =
        highUs - lowUs < 1
          ? (us: number) => (us >= highUs ? 1 : 0)
          : (us: number) => Math.max(0, Math.min(1, (us - lowUs) / (highUs - lowUs)));
      return {
        response: responseBins(waitBelow, points, highUs),
        refusedShare: 0,
        waiting: (low + high) / 2,
        meanWaitUs: (lowUs + highUs) / 2,
      };
    },
  };
}

function restingRegime(
  rho: number,
  scv: number,
  { concurrency, queue }: InstanceModel,
  service: WeightedPoints,
): Regime {
  const slotUs = service.meanUs / concurrency;
  const variability = Math.max(leastVariability, (scv + service.scv) / 2);
  const busy = busyShare(rho, concurrency, queue);
  const theta = -Math.log(Math.max(rho, 1e-9)) / variability;
  const refusedShare = rho === 0 ? 0 : worthTelling(busy * refusedWhileBusy(rho, theta, queue));
  const waits = refusedShare >= 1 ? 0 : Math.max(0, (busy - refusedShare) / (1 - refusedShare));
  const longestUs = queue * slotUs;
  const rate = theta / slotUs;
  const ratio = (us: number) => cutExponentialShare(rate, longestUs, us);
  const waitBelow = (us: number) => {
    if (us < 0) return 0;
    if (us >= longestUs || queue === 0) return 1;
    return 1 - waits * (1 - ratio(us));
  };
  const meanIfWaits = queue === 0 ? 0 : cutExponentialMean(rate, longestUs);
  const meanWaitUs = waits * meanIfWaits;
  return {
    // Nothing of note lies beyond 30 mean waits.
    response: responseBins(
      waitBelow,
      service,
      rate > 0
        ? Math.min(longestUs, (30 * variability * slotUs) / -Math.log(Math.min(rho, 0.999_999)))
        : longestUs,
    ),
    refusedShare,
    waiting: (busy * meanIfWaits) / slotUs,
    meanWaitUs,
  };
}

/** Evenly spaced requests and constant work leave no variability at all; chance still has a little. */
const leastVariability = 0.002;

/** Near capacity a small step matters, elsewhere it does not: so alike loads share one answer. */
function roundedLoad(rho: number): number {
  if (rho > 1.25) return Number(rho.toPrecision(3));
  const step = rho > 0.8 ? 0.001 : 0.005;
  return Math.round(rho / step) * step;
}

/** P(all slots busy) of M/M/c/c+K, by Erlang's recursion so that nothing overflows. */
function busyShare(rho: number, slots: number, queue: number): number {
  if (rho === 0) return 0;
  const offered = rho * slots;
  // B(c) = aB(c−1) / (c + aB(c−1)); with b = 1, the states below weigh (1 − B) / B.
  let blocking = 1;
  for (let n = 1; n <= slots; n++) blocking = (offered * blocking) / (n + offered * blocking);
  const below = (1 - blocking) / blocking;
  const geometric =
    Math.abs(rho - 1) < 1e-9
      ? queue + 1
      : rho > 1
        ? (rho ** (queue + 1) - 1) / (rho - 1)
        : (1 - rho ** (queue + 1)) / (1 - rho);
  return Number.isFinite(geometric) ? geometric / (below + geometric) : 1;
}

/** Less than one of a billion requests is none. */
function worthTelling(share: number): number {
  return share < 1e-9 ? 0 : share;
}

function refusedWhileBusy(rho: number, theta: number, queue: number): number {
  const exponent = theta * (queue + 1);
  if (Math.abs(exponent) < 1e-9) return 1 / (queue + 1);
  return exponent > 700 ? 0 : (1 / rho - 1) / Math.expm1(exponent);
}

/**
 * P(X ≤ x) of an exponential of rate r cut to [0, m]: (1 − e^(−rx)) / (1 − e^(−rm)); for r < 0 written so that nothing
 * overflows.
 */
function cutExponentialShare(rate: number, most: number, x: number): number {
  if (Math.abs(rate * most) < 1e-9) return x / most;
  if (rate > 0) return Math.expm1(-rate * x) / Math.expm1(-rate * most);
  return (Math.exp(rate * (most - x)) * Math.expm1(rate * x)) / Math.expm1(rate * most);
}

/** Mean of an exponential of rate r cut to [0, m]: 1/r − m / (e^(rm) − 1). */
function cutExponentialMean(rate: number, most: number): number {
  const x = rate * most;
  if (Math.abs(x) < 1e-6) return most / 2;
  return x > 700 ? 1 / rate : 1 / rate - most / Math.expm1(Math.max(-700, x));
}

/** The sum of a wait and a service time: P(R ≤ x) = Σⱼ wⱼ P(W ≤ x − sⱼ). */
function responseBins(
  waitBelow: (us: number) => number,
  service: WeightedPoints,
  longestWaitUs: number,
): LatencyBins {
  const bins = new Float64Array(binCount);
  const { us, weight } = service;
  let before = 0;
  for (let bin = 0; bin < binCount; bin++) {
    const edge = binEdgesUs[bin]!;
    let below = 0;
    for (let j = 0; j < us.length; j++) {
      const waitUs = edge - us[j]!;
      if (waitUs >= longestWaitUs) below += weight[j]!;
      else if (waitUs >= 0) below += weight[j]! * waitBelow(waitUs);
    }
    bins[bin] = below - before;
    before = below;
    if (below > 1 - 1e-9) break;
  }
  return bins;
}
