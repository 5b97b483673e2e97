import { type Clock, sleep } from '../../core/clock.ts';
import { cloudError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { createRandom, randomSeed } from '../../core/random.ts';
import type { CloudClients } from '../sdk/clients.ts';

/** What a wait works with; the scope of a resource has it. */
export interface WaitScope {
  clock: Clock;
  signal: AbortSignal;
  /** Tells a person what is waited for. */
  waiting(state: string): void;
}

export interface WaitLimits {
  /** Between looks; AWS gets a quarter of jitter on top. */
  intervalMs: number;
  timeoutMs: number;
}

/** @param awsTimeoutMs what AWS may take */
export function waitLimits(
  { clients }: { clients: Pick<CloudClients, 'traits'> },
  awsTimeoutMs: number,
): WaitLimits {
  const { intervalMs, timeoutMs } = clients.traits.waits;
  return { intervalMs, timeoutMs: timeoutMs ?? awsTimeoutMs };
}

/**
 * Looks until `look` has an answer, which it gives by `{ done }`, or until the time is up.
 * @throws MlbenchError `wait-timeout`, naming the state last seen
 */
export function waitUntil<Result>(
  what: string,
  look: () => Promise<{ done: Result } | { state: string }>,
  scope: WaitScope,
  limits: WaitLimits,
): Promise<Result> {
  const tooLate = (state: string) =>
    cloudError(
      'wait-timeout',
      `${what} is still ${state} after ${Math.round(limits.timeoutMs / 60_000)} minutes`,
      `see ${ownCommand('status')}; run the command again to go on waiting, or ${ownCommand('down')}`,
    );
  return lookAgain(
    async () => {
      const seen = await look();
      if ('done' in seen) return seen;
      return {
        state: seen.state,
        timeUp() {
          throw tooLate(seen.state);
        },
      };
    },
    scope,
    { ...limits, jitter },
  );
}

/**
 * Calls again as long as the service refuses for a reason that passes by itself: a role not known everywhere yet, an
 * update still under way. When the time is up, the service's own refusal is thrown.
 * @param passing what is waited for, in words, if the refusal is such a one
 */
export function waitOut<Result>(
  call: () => Promise<Result>,
  passing: (refusal: unknown) => string | undefined,
  scope: WaitScope,
  limits: WaitLimits,
): Promise<Result> {
  return lookAgain(
    async () => {
      try {
        return { done: await call() };
      } catch (refusal) {
        const state = passing(refusal);
        if (state === undefined) throw refusal;
        return {
          state,
          timeUp() {
            throw refusal;
          },
        };
      }
    },
    scope,
    { ...limits, jitter },
  );
}

/**
 * Looks until what is seen is as wanted, or until the time is up.
 * @param forMs of waiting, at most
 * @returns what was seen last
 */
export function lookUntil<Seen>(
  look: () => Promise<Seen>,
  wanted: (seen: Seen) => boolean,
  forMs: number,
  scope: WaitScope,
  state: string,
): Promise<Seen> {
  return lookAgain(
    async () => {
      const seen = await look();
      return wanted(seen) ? { done: seen } : { state, timeUp: () => seen };
    },
    scope,
    { intervalMs: 5_000, timeoutMs: forMs, jitter: 0 },
  );
}

/** The share of an interval that may come on top of it, so that many callers do not look at one moment. */
const jitter = 0.25;

type Look<Result> = { done: Result } | { state: string; timeUp(): Result };

/** The loop of every wait. `timeUp` says what a wait comes to that has no answer in time. */
async function lookAgain<Result>(
  look: () => Promise<Look<Result>>,
  { clock, signal, waiting }: WaitScope,
  limits: WaitLimits & { jitter: number },
): Promise<Result> {
  const random = createRandom(randomSeed());
  const deadlineMs = clock.monotonicMs() + limits.timeoutMs;
  for (;;) {
    const seen = await look();
    if ('done' in seen) return seen.done;
    if (clock.monotonicMs() >= deadlineMs) return seen.timeUp();
    waiting(seen.state);
    await sleep(clock, limits.intervalMs * random.between(1, 1 + limits.jitter), signal);
  }
}
