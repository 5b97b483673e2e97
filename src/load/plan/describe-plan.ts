import { formatDurationMs } from '../../core/units.ts';
import { describeLoad, expectedRate, type OfferedLoad } from '../../offered/offered-load.ts';
import { formatRate } from '../../offered/words.ts';
import type { LoadPlan } from './plan.ts';

/**
 * The plan in one line, for people, before it starts:
 * `200 users, 10 started per second (all by 20s), each one request per 1s: 200 requests/s expected; ends after 1m`.
 */
export function describePlan({ offered, maxRequests, warmupMs, scenario }: LoadPlan): string {
  const ends = [
    describeEnd(offered.durationMs, maxRequests),
    ...(warmupMs > 0 ? [`(the first ${formatDurationMs(warmupMs)} are warm-up)`] : []),
  ].join(' ');
  const unit = scenario === null ? 'request' : 'flow';
  const rate = describeExpectedRate(offered, unit);
  return `${describeLoad(offered, unit)}${rate === null ? '' : `: ${rate}`}; ${ends}`;
}

function describeEnd(durationMs: number, maxRequests: number | null): string {
  const time = formatDurationMs(durationMs);
  if (maxRequests === null) return `ends after ${time}`;
  return `ends after ${maxRequests} request${maxRequests === 1 ? '' : 's'}, or after ${time} at the latest`;
}

/** Null where there is none to expect: of arrivals at one instant. */
function describeExpectedRate(load: OfferedLoad, unit: 'request' | 'flow'): string | null {
  const expected = expectedRate(load);
  if (expected?.atOnce) return null;
  if (expected === null) return `as many ${unit}s as are ${unit === 'flow' ? 'done' : 'answered'}`;
  const { meanRps, peakRps, varies, isCeiling } = expected;
  return [
    `${isCeiling ? 'at most ' : ''}${formatRate(meanRps)} ${unit}s/s expected`,
    varies ? ' on average' : '',
    peakRps === null ? '' : `, ${formatRate(peakRps)} at the peak`,
  ].join('');
}
