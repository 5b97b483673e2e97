import { formatLatencyUs } from '../../core/units.ts';
import type { ValidityCheck } from '../../record/result.ts';
import { formatCount } from './up-summary.ts';

/** `sendLag: 5.8ms, at most 5ms is fine; requests left late: …`: what was found, what would do, what it means. */
export function checkText({ name, severity, observed, limit }: ValidityCheck): string {
  const { format = formatCount, bound = 'at most', meaning = 'see docs/measurement.md' } = checks[name] ?? {};
  const head = `${name}${severity === 'warning' ? ' (warning)' : ''}`;
  return `${head}: ${format(observed)}, ${bound} ${format(limit)} would do; ${meaning}`;
}

interface CheckWords {
  format?: (value: number) => string;
  bound?: 'at most' | 'at least';
  meaning: string;
}

const checks: Record<string, CheckWords> = {
  sendLag: {
    format: formatLatencyUs,
    meaning: 'requests left late: the generator, not the service, was slow',
  },
  sendLagAtThreshold: {
    format: formatLatencyUs,
    meaning: 'a threshold was missed by less than the requests were late themselves',
  },
  offered: { bound: 'at least', meaning: 'less was sent than the schedule held' },
  generatorBusy: {
    format: percent,
    meaning: 'a load worker had no time left: use more --workers, or another machine',
  },
  bookkeeping: { meaning: 'the counts do not add up: please report this' },
  littlesLaw: {
    format: percent,
    meaning: 'two counts of the requests in flight disagree: please report this',
  },
  strayAnswers: { meaning: 'the server answers what nobody asked: answers may have met the wrong request' },
  samples: { bound: 'at least', meaning: 'too few requests to prove the percentile: run longer' },
  loopLag: { format: formatLatencyUs, meaning: 'a load worker stalled: the machine is busy' },
  workers: { bound: 'at least', meaning: 'a load worker died, and its users with it' },
};

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
