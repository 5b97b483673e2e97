import { userError } from '../../core/errors.ts';
import type { LevelPiece } from '../../offered/levels/level-curve.ts';
import { driveOf } from '../../offered/offered-load.ts';
import { callersOf, type SimulatedLoad } from '../../offered/simulated-load.ts';
import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import { readRecord } from '../../record/read-record.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { LoadSample } from '../../record/schemas/timeline.ts';
import type { ServiceTime } from '../../scaling/simulate/service-time.ts';

export interface RecordedRun {
  /** What was offered, on the cloud's clock. */
  load: SimulatedLoad;
  /** What the server took, waits on the instance included; null where nothing was answered. */
  service: ServiceTime | null;
}

/**
 * A run's record, as load and service times for a simulation.
 * @param run its id, or its folder
 * @throws MlbenchError `run-unreadable` for a run without load, or as `readRecord` (exit code 2)
 */
export function readRecordedRun(run: string, stateDir: string): RecordedRun {
  const { folder, result, timeline } = readRecord(run, stateDir, '--from-run');
  const samples = timeline
    .filter((event) => event.type === 'load')
    .filter(({ cloudTimeMs }) => cloudTimeMs > 0)
    .sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  if (samples.length === 0)
    throw userError('run-unreadable', `--from-run: ${folder} holds no load`, 'name a run that sent requests');
  return { load: loadOf(result, samples), service: serviceTimeOf(result.latencyUs.service) };
}

/** Users wait for their answers here too; of arrivals the rate is what it was. */
function loadOf(
  { profile: offered }: RunResult,
  samples: readonly (LoadSample & { cloudTimeMs: number })[],
): SimulatedLoad {
  const drive = driveOf(offered);
  const waits = drive.drivenBy === 'users';
  let fromMs = 0;
  const levels = samples.map(({ users, intendedRateRps, rateRps, cloudTimeMs: toMs }): LevelPiece => {
    const level = waits ? users : (intendedRateRps ?? rateRps);
    const piece = { fromMs, toMs, fromLevel: level, toLevel: level };
    fromMs = toMs;
    return piece;
  });
  return { callers: waits ? callersOf(drive) : { drivenBy: 'arrivals', spacing: 'constant' }, levels };
}

const shares: [keyof LatencySummary, number][] = [
  ['min', 0.001],
  ['p50', 0.5],
  ['p66', 0.66],
  ['p75', 0.75],
  ['p80', 0.8],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p98', 0.98],
  ['p99', 0.99],
  ['p99_9', 0.999],
  ['max', 1],
];

function serviceTimeOf(summary: LatencySummary): ServiceTime | null {
  const quantiles = shares.flatMap(([key, share]) => {
    const us = summary[key];
    return us === null ? [] : [{ share, us: Math.max(1, us) }];
  });
  return quantiles.length < 2 ? null : { kind: 'empirical', quantiles };
}
