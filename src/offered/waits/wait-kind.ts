import type { z } from 'zod';
import type { Random } from '../../core/random.ts';

/** Handed in: a program that reads no records does not load zod. */
export type Zod = typeof z;

/** What is done once and again: a request, or a flow of a scenario. */
export type Unit = 'request' | 'flow';

/** A kind of wait, all of it: what a user does between an answer and the next request. */
export interface WaitKind<Wait extends { kind: string }> {
  kind: Wait['kind'];
  /** An example of what stands after the colon; null: the kind stands alone. */
  argument: string | null;
  schema(zod: Zod): z.ZodType<Wait>;
  /** @param refuse what to throw, told what is wrong @throws MlbenchError `bad-wait`, `bad-duration` */
  parse(argument: string, name: string, refuse: (why: string) => Error): Wait;
  /** `each pausing 1s after an answer`. */
  describe(wait: Wait, unit: Unit): string;
  cycle(wait: Wait): Cycle;
  /** Asked once a user and not once a request. */
  pace(wait: Wait): Pace;
}

/**
 * What a user's cycle takes on average beside its answers: `pause` after each answer, `pacing` from one start to the
 * next, or the answer if that took longer. Pauses of 0 are none.
 */
export interface Cycle {
  kind: 'pause' | 'pacing';
  meanMs: number;
}

/**
 * When a user's next request is meant to start, after one intended at `intendedMs` was answered at `answeredMs`; never
 * before the answer. Later than the answer: a timer decides, and how late the worker takes the request up is the
 * worker's own doing.
 */
export type Pace = (intendedMs: number, answeredMs: number, random: Random) => number;

/**
 *   next = max(intended + period, answered)
 *
 * A user never owes requests: if the answer took longer than the period, the next is due at once and the period counts
 * from there (locust's constant_pacing does the same). To hold a rate that does not depend on the answers, use
 * arrivals.
 */
export function pacedBy(periodMs: number): Pace {
  return (intendedMs, answeredMs) => Math.max(intendedMs + periodMs, answeredMs);
}
