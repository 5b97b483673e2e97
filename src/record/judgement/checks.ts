import type { ValidityCheck } from '../schemas/result.ts';
import type { Unit } from './unit.ts';

/** A send lag up to this is no fault, however fast the answers are. */
export const fineSendLagMs = 5;

/**
 * The checks that a measurement passes before anybody believes it, in the order in which they are shown. To add one: an
 * entry here, its computation in `load/run/validity.ts`, and whatever it has to measure. The compiler asks for the
 * second, a test for its line in docs/measurement.md.
 */
export const checks = {
  sendLag: {
    unit: 'us',
    bound: 'at most',
    severity: 'warning where the service shares the machine',
    meaning: 'p99 of how late requests left',
    ifFailed: 'requests left late: the generator, not the service, was slow',
  },
  sendLagAtThreshold: {
    unit: 'us',
    bound: 'at most',
    severity: 'error',
    meaning: 'how late requests left where an expectation was missed, against what it was missed by',
    ifFailed: 'an expectation was missed by less than the requests were late themselves',
  },
  offered: {
    unit: 'share',
    bound: 'at least',
    limit: 0.99,
    severity: 'error',
    meaning: 'share of the scheduled arrivals that were sent',
    ifFailed: 'less was sent than the schedule held',
  },
  localFailures: {
    unit: 'count',
    bound: 'at most',
    limit: 0,
    severity: 'error',
    meaning: 'requests that this machine could not send',
    ifFailed:
      'this machine had no descriptor, port or route for them: raise its limits, or lower --users, --connections, or the rate of --no-keep-alive',
  },
  generatorBusy: {
    unit: 'share',
    bound: 'at most',
    limit: 0.95,
    severity: 'warning where the service shares the machine',
    meaning: 'busiest worker’s event loop while users waited for it',
    ifFailed: 'a load worker had no time left: use more --workers, or another machine',
  },
  bookkeeping: {
    unit: 'count',
    bound: 'at most',
    limit: 0,
    severity: 'error',
    meaning: 'requests sent that did not end in any count',
    ifFailed: 'the counts do not add up: please report this',
  },
  littlesLaw: {
    unit: 'share',
    bound: 'at most',
    limit: 0.01,
    severity: 'error',
    meaning: 'disagreement between two computations of the time in flight',
    ifFailed: 'two counts of the requests in flight disagree: please report this',
  },
  strayAnswers: {
    unit: 'count',
    bound: 'at most',
    limit: 0,
    severity: 'error',
    meaning: 'answers to what nobody had asked',
    ifFailed: 'the server answers what nobody asked: answers may have met the wrong request',
  },
  redirects: {
    unit: 'count',
    bound: 'at most',
    limit: 0,
    severity: 'warning',
    meaning: 'successes that only point elsewhere: a status of 3xx but 304',
    ifFailed:
      'these answers only point elsewhere, and count as successes: load the address that they point to, or add --max-redirects N',
  },
  debug: {
    unit: 'count',
    bound: 'at most',
    limit: 0,
    severity: 'warning',
    meaning: 'requests that --debug looked at',
    ifFailed: 'answers were kept and shown, which takes time from the load: measure without --debug',
  },
  samples: {
    unit: 'count',
    bound: 'at least',
    severity: 'error',
    meaning: 'requests behind the percentiles that were expected',
    ifFailed: 'too few requests to prove the percentile: run longer',
    leavesUnproved: true,
  },
  loopLag: {
    unit: 'us',
    bound: 'at most',
    limit: 50_000,
    severity: 'warning',
    meaning: 'p99 of the event loop’s lag',
    ifFailed: 'a load worker stalled: the machine is busy',
  },
  stall: {
    unit: 'us',
    bound: 'at most',
    severity: 'error',
    meaning: 'longest that a load worker, or the process, was held up',
    ifFailed:
      'nothing was sent, and no answer read, for so long: the process was stopped, or the machine had no time for it',
  },
  clockJump: {
    unit: 'us',
    bound: 'at most',
    severity: 'error',
    meaning: 'most that the wall clock gained on the monotonic one at once',
    ifFailed: 'the machine slept, or its clock was set ahead, while the load ran',
  },
  workers: {
    unit: 'count',
    bound: 'at least',
    severity: 'error',
    meaning: 'load workers that reported to the end',
    ifFailed: 'a load worker died, and its users with it',
  },
} as const satisfies Record<string, CheckDefinition>;

export type CheckName = keyof typeof checks;

interface CheckDefinition {
  /** Of what is observed and of the limit. */
  unit: Unit;
  bound: 'at most' | 'at least';
  /** Absent: the run itself decides. */
  limit?: number;
  /** Lag and busyness are not the generator's fault alone where the service works on the same processors. */
  severity: 'error' | 'warning' | 'warning where the service shares the machine';
  /** What is looked at, passed or not. */
  meaning: string;
  /** What a failure says, and what to do about it. */
  ifFailed: string;
  /** Where it failed, an expectation that was met is not proved: what was measured is not wrong, but too little. */
  leavesUnproved?: true;
}

/**
 * What a run showed for a check; with its limit, where the list has none.
 * `limitGiven`: somebody asked for this limit, and has it obeyed wherever the service works.
 */
export type Finding<Name extends CheckName> = {
  observed: number;
  limitGiven?: boolean;
} & ((typeof checks)[Name] extends {
  limit: number;
}
  ? { limit?: never }
  : { limit: number });

/** Judged before it is rounded: a value just beyond the limit has failed, even if it reads like the limit. */
export function judgeCheck<Name extends CheckName>(
  name: Name,
  finding: Finding<Name>,
  { sharesMachine }: { sharesMachine: boolean },
): ValidityCheck {
  const definition: CheckDefinition = checks[name];
  const { unit, bound, severity, meaning } = definition;
  const { observed, limitGiven = false } = finding;
  const excused = severity === 'warning' || (severity !== 'error' && sharesMachine && !limitGiven);
  const limit = definition.limit ?? finding.limit ?? 0;
  return {
    name,
    severity: excused ? 'warning' : 'error',
    observed: rounded(observed, unit),
    limit: rounded(limit, unit),
    passed: bound === 'at most' ? observed <= limit : observed >= limit,
    unit,
    bound,
    meaning,
  };
}

/** A check in words: those of the list, else those that its record brought along. */
export interface CheckWords {
  unit: Unit;
  bound: 'at most' | 'at least';
  meaning: string;
  ifFailed: string;
}

export function wordsOf(check: ValidityCheck): CheckWords {
  const known = definitionOf(check);
  if (known !== null) return known;
  const { unit = 'count', bound = 'at most', meaning = '' } = check;
  return { unit, bound, meaning, ifFailed: meaning || 'see docs/measurement.md' };
}

/** Of any record's: an expectation that was met is not proved by it. */
export function leavesUnproved(check: Pick<ValidityCheck, 'name' | 'passed'>): boolean {
  return !check.passed && definitionOf(check)?.leavesUnproved === true;
}

/** Null: of another version of mlbench. */
function definitionOf({ name }: Pick<ValidityCheck, 'name'>): CheckDefinition | null {
  // Old records appended what the check was about: `sendLag within p99<200ms`.
  const known = [name, name.split(' ')[0] ?? ''].find((one) => Object.hasOwn(checks, one));
  return known === undefined ? null : checks[known as CheckName];
}

function rounded(value: number, unit: Unit): number {
  return unit === 'share' ? Number(value.toFixed(6)) : Math.round(value);
}
