import { formatDurationMs } from '../core/units.ts';
import type { LoadPlan } from './plan.ts';
import type { LoadProfile, Ramp, Wait } from './profile.ts';

/**
 * The plan in one line, for people, before it starts:
 * `200 users, 10 started per second (all by 20s), each one request per 1s: 200 requests/s expected; ends after 1m`.
 */
export function describePlan(plan: LoadPlan): string {
  const { profile } = plan;
  const rate = expectedRateRps(profile);
  const parts = [
    `${profile.users} user${profile.users === 1 ? '' : 's'}, ${describeRamp(profile.ramp, profile.users)}`,
    describeWait(profile.wait),
  ];
  const expected =
    rate === null
      ? 'as many requests as are answered'
      : `${isCeiling(profile.wait) ? 'at most ' : ''}${formatRate(rate)} requests/s expected`;
  const ends = [
    `ends after ${formatDurationMs(profile.durationMs)}`,
    ...(plan.maxRequests === null ? [] : [`or ${plan.maxRequests} requests`]),
    ...(plan.warmupMs > 0 ? [`(the first ${formatDurationMs(plan.warmupMs)} are warm-up)`] : []),
  ].join(' ');
  return `${parts.join(', ')}: ${expected}; ${ends}`;
}

/**
 * Requests a second once every user has started, while the service keeps up: with `constant` and `between` the rate
 * were answers to take no time. Null without a wait: the service's speed alone decides.
 */
export function expectedRateRps(profile: LoadProfile): number | null {
  const { wait, users } = profile;
  switch (wait.kind) {
    case 'none':
      return null;
    case 'constant':
      return wait.waitMs > 0 ? (users * 1_000) / wait.waitMs : null;
    case 'between': {
      const meanMs = (wait.lowMs + wait.highMs) / 2;
      return meanMs > 0 ? (users * 1_000) / meanMs : null;
    }
    case 'pacing':
      return (users * 1_000) / wait.periodMs;
    case 'throughput':
      return users * wait.rateRps;
  }
}

function describeRamp(ramp: Ramp, users: number): string {
  if (ramp.kind === 'over') {
    return ramp.durationMs === 0
      ? 'all started at once'
      : `started evenly over ${formatDurationMs(ramp.durationMs)}`;
  }
  const lastStartMs = ((users - 1) / ramp.usersPerSecond) * 1_000;
  return `${ramp.usersPerSecond} started per second (all by ${formatDurationMs(lastStartMs)})`;
}

function describeWait(wait: Wait): string {
  switch (wait.kind) {
    case 'none':
      return 'each without a pause';
    case 'constant':
      return `each pausing ${formatDurationMs(wait.waitMs)} after an answer`;
    case 'between':
      return `each pausing ${formatDurationMs(wait.lowMs)} to ${formatDurationMs(wait.highMs)} after an answer`;
    case 'pacing':
      return `each one request per ${formatDurationMs(wait.periodMs)}`;
    case 'throughput':
      return `each ${wait.rateRps} requests per second`;
  }
}

function isCeiling(wait: Wait): boolean {
  return wait.kind === 'constant' || wait.kind === 'between';
}

function formatRate(rateRps: number): string {
  return rateRps >= 10 ? rateRps.toFixed(0) : String(Number(rateRps.toPrecision(2)));
}
