import type { ValidityCheck } from '../load/result.ts';
import { formatNumber, formatShare, formatUs } from './format.ts';

/** What a check of the measurement looks at, and its figures in their units; `docs/measurement.md` has the rules. */
export function checkWords(check: ValidityCheck): { meaning: string; observed: string; limit: string } {
  const known = Object.hasOwn(checks, check.name) ? checks[check.name] : undefined;
  const write = known?.write ?? formatNumber;
  return { meaning: known?.meaning ?? '', observed: write(check.observed), limit: write(check.limit) };
}

const checks: Record<string, { meaning: string; write: (value: number) => string }> = {
  sendLag: { meaning: 'p99 of how late requests left', write: formatUs },
  offered: { meaning: 'share of the scheduled arrivals that were sent', write: formatShare },
  generatorBusy: { meaning: 'busiest worker’s event loop while users waited for it', write: formatShare },
  bookkeeping: { meaning: 'disagreement between the counts (Little’s law)', write: formatShare },
  samples: { meaning: 'requests behind the percentiles that were expected', write: formatNumber },
  loopLag: { meaning: 'p99 of the event loop’s lag', write: formatUs },
};
