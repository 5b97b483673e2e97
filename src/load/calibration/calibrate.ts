import type { RunResult } from '../../record/schemas/result.ts';

/** What the generator reached against a server that costs nothing. */
export interface Calibration {
  /** As many requests a second as 64 users without a pause get answered. */
  closedPeakRps: number;
  /** CPU time of the load workers, at that peak. */
  cpuUsPerRequest: number;
  /** The highest arrival rate tried at which sends were late by no more than the limit; null: none was. */
  openMaxRps: number | null;
  /** p99 at that rate. */
  sendLagUsP99: number | null;
}

export interface CalibrationDeps {
  runClosed(): Promise<RunResult>;
  /** Poisson arrivals. */
  runOpen(rateRps: number): Promise<RunResult>;
  maxSendLagUs: number;
  tell(message: string): void;
}

/**
 * Bisects for the highest rate that the generator offers on time, below the closed model's peak. A rate counts as too
 * high when it fails twice: another program's burst of work is no limit of the generator's.
 */
export async function calibrate(deps: CalibrationDeps): Promise<Calibration> {
  const peak = await findPeak(deps);
  let high = peak.rateRps.achieved;
  let best: Found | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const low: number = best?.rateRps ?? 0;
    if (high < low * closeEnough || high < 2) break;
    const rateRps = rounded((low + high) / 2);
    const found: Found | null = await tryRate(rateRps, deps);
    if (found === null) high = rateRps;
    else best = found;
  }
  return calibrationOf(peak, best);
}

/** Looks again, in a fraction of the time: whether the rate found before still is the highest, or the next one up or down. */
export async function recalibrate(before: Calibration, deps: CalibrationDeps): Promise<Calibration> {
  const peak = await findPeak(deps);
  const rateRps = before.openMaxRps;
  if (rateRps === null) return calibrationOf(peak, await tryRate(rounded(peak.rateRps.achieved / 10), deps));
  const again = await tryRate(rateRps, deps);
  const next = await tryRate(rounded(again === null ? rateRps / step : rateRps * step), deps);
  return calibrationOf(peak, next ?? again);
}

/** By how much two looks differ, at most: 0.1 is a tenth. */
export function differenceOf(one: Calibration, other: Calibration): number {
  const ratio = (a: number, b: number) => Math.max(a, b) / Math.min(a, b) - 1;
  const open =
    one.openMaxRps === null || other.openMaxRps === null
      ? Number(one.openMaxRps !== other.openMaxRps)
      : ratio(one.openMaxRps, other.openMaxRps);
  return Math.max(ratio(one.closedPeakRps, other.closedPeakRps), open);
}

interface Found {
  rateRps: number;
  lagUs: number;
}

async function findPeak(deps: CalibrationDeps): Promise<RunResult> {
  const peak = await deps.runClosed();
  deps.tell(`closed peak ${rounded(peak.rateRps.achieved)}/s`);
  return peak;
}

/** Null: late, twice. */
async function tryRate(rateRps: number, deps: CalibrationDeps): Promise<Found | null> {
  const lagUs = (await lagAt(rateRps, deps)) ?? (await lagAt(rateRps, deps));
  deps.tell(
    lagUs === null
      ? `open ${rateRps}/s: late`
      : `open ${rateRps}/s: on time, send lag p99 ${Math.round(lagUs)} µs`,
  );
  return lagUs === null ? null : { rateRps, lagUs };
}

function calibrationOf(peak: RunResult, best: Found | null): Calibration {
  const closedPeakRps = peak.rateRps.achieved;
  return {
    closedPeakRps: rounded(closedPeakRps),
    cpuUsPerRequest: peak.generator.cpuUsPerRequest,
    openMaxRps: best?.rateRps ?? null,
    sendLagUsP99: best?.lagUs ?? null,
  };
}

/** The send lag's p99 if the rate was offered in time, else null. */
async function lagAt(rateRps: number, { runOpen, maxSendLagUs }: CalibrationDeps): Promise<number | null> {
  const { requests, latencyUs } = await runOpen(rateRps);
  const lagUs = latencyUs.sendLag.p99;
  const whole = requests.sent >= 0.99 * requests.intended && requests.failed === 0;
  return whole && lagUs !== null && lagUs <= maxSendLagUs ? lagUs : null;
}

/** Two significant digits: a second's run says no more. */
function rounded(rateRps: number): number {
  return rateRps < 10 ? Math.round(rateRps * 10) / 10 : Number(rateRps.toPrecision(2));
}

const attempts = 6;
const closeEnough = 1.1;
/** More than looks may differ, so that a look that goes up or down is another. */
const step = 1.3;
