import { basename } from 'node:path';
import { formatDurationMs } from '../core/units.ts';
import { createRateIntegral } from './arrivals/rate-integral.ts';
import { highestLevel, mostUsers, ratePieces, userPieces } from './level.ts';
import type { LoadPlan } from './plan.ts';
import type { ClosedProfile, LoadProfile, OpenProfile, Ramp, Stage, Wait } from './profile.ts';

/**
 * The plan in one line, for people, before it starts:
 * `200 users, 10 started per second (all by 20s), each one request per 1s: 200 requests/s expected; ends after 1m`.
 */
export function describePlan(plan: LoadPlan): string {
  const { profile } = plan;
  const ends = [
    `ends after ${formatDurationMs(profile.durationMs)}`,
    ...(plan.maxRequests === null ? [] : [`or ${plan.maxRequests} requests`]),
    ...(plan.warmupMs > 0 ? [`(the first ${formatDurationMs(plan.warmupMs)} are warm-up)`] : []),
  ].join(' ');
  const what = plan.scenario === undefined ? 'request' : 'flow';
  return `${describeProfile(profile, what)}: ${describeExpectedRate(profile, what)}; ${ends}`;
}

/** What is offered, without the rate expected of it: `200 users, all started at once, each one request per 1s`. */
export function describeProfile(profile: LoadProfile, what: 'request' | 'flow' = 'request'): string {
  switch (profile.model) {
    case 'closed': {
      const { users, ramp, stages, wait } = profile;
      const start = stages === undefined ? describeRamp(ramp, users) : describeStages(stages);
      return `${users} user${users === 1 ? '' : 's'}, ${start}, ${describeWait(wait, what)}`;
    }
    case 'open': {
      const { arrivals, rateRps, stages } = profile;
      const kind = arrivals === 'poisson' ? 'Poisson' : 'evenly spaced';
      return stages === undefined
        ? `${kind} arrivals`
        : `${kind} arrivals, from ${formatRate(rateRps)}/s ${describeStages(stages)}`;
    }
    case 'trace':
      return `${profile.arrivals} arrivals of the trace ${basename(profile.file)}`;
  }
}

/**
 * Requests a second. Closed: once every user has started, while the service keeps up; with `constant` and `between` the
 * rate were answers to take no time; null without a wait, where the service's speed alone decides. With stages and traces:
 * the mean over the run.
 */
export function expectedRateRps(profile: LoadProfile): number | null {
  switch (profile.model) {
    case 'closed': {
      const perUser = rateOfUser(profile.wait);
      return perUser === null ? null : perUser * meanUsers(profile);
    }
    case 'open':
      return profile.stages === undefined ? profile.rateRps : meanRate(profile);
    case 'trace':
      return (profile.arrivals * 1_000) / profile.durationMs;
  }
}

function describeExpectedRate(profile: LoadProfile, what: 'request' | 'flow'): string {
  const rate = expectedRateRps(profile);
  if (rate === null) return `as many ${what}s as are ${what === 'flow' ? 'done' : 'answered'}`;
  const most = profile.model === 'closed' && isCeiling(profile.wait) ? 'at most ' : '';
  const expected = `${most}${formatRate(rate)} ${what}s/s expected`;
  if (profile.model === 'trace') return `${expected} on average`;
  if (profile.stages === undefined) return expected;
  const peak =
    profile.model === 'open'
      ? highestLevel(ratePieces(profile))
      : mostUsers(profile) * rateOfUser(profile.wait)!;
  return `${expected} on average, ${formatRate(peak)} at the peak`;
}

/** Requests a second that one user sends if answers take no time; null: no pause limits it. */
function rateOfUser(wait: Wait): number | null {
  switch (wait.kind) {
    case 'none':
      return null;
    case 'constant':
      return wait.waitMs > 0 ? 1_000 / wait.waitMs : null;
    case 'between': {
      const meanMs = (wait.lowMs + wait.highMs) / 2;
      return meanMs > 0 ? 1_000 / meanMs : null;
    }
    case 'pacing':
      return 1_000 / wait.periodMs;
    case 'throughput':
      return wait.rateRps;
  }
}

function meanUsers(profile: ClosedProfile): number {
  if (profile.stages === undefined) return profile.users;
  return (createRateIntegral(userPieces(profile)).total * 1_000) / profile.durationMs;
}

function meanRate(profile: OpenProfile): number {
  return (createRateIntegral(ratePieces(profile)).total * 1_000) / profile.durationMs;
}

/** `to 100 by 1m, to 1000 by 6m, to 0 by 7m`. */
function describeStages(stages: readonly Stage[]): string {
  let endMs = 0;
  const parts = stages.map(({ durationMs, level }) => {
    endMs += durationMs;
    return `to ${formatRate(level)} by ${formatDurationMs(endMs)}`;
  });
  const shown = parts.length > 6 ? [...parts.slice(0, 3), '…', ...parts.slice(-2)] : parts;
  return shown.join(', ');
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

function describeWait(wait: Wait, what: 'request' | 'flow'): string {
  const after = what === 'flow' ? 'a flow' : 'an answer';
  switch (wait.kind) {
    case 'none':
      return 'each without a pause';
    case 'constant':
      return `each pausing ${formatDurationMs(wait.waitMs)} after ${after}`;
    case 'between':
      return `each pausing ${formatDurationMs(wait.lowMs)} to ${formatDurationMs(wait.highMs)} after ${after}`;
    case 'pacing':
      return `each one ${what} per ${formatDurationMs(wait.periodMs)}`;
    case 'throughput':
      return `each ${wait.rateRps} ${what}s per second`;
  }
}

function isCeiling(wait: Wait): boolean {
  return wait.kind === 'constant' || wait.kind === 'between';
}

function formatRate(rateRps: number): string {
  return rateRps >= 10 ? rateRps.toFixed(0) : String(Number(rateRps.toPrecision(2)));
}
