import type { z } from 'zod';
import { userError } from '../../core/errors.ts';
import { betweenWait } from './between.ts';
import { constantWait } from './constant.ts';
import { exponentialWait } from './exponential.ts';
import { noWait } from './none.ts';
import { pacingWait } from './pacing.ts';
import { throughputWait } from './throughput.ts';
import type { Cycle, Pace, Unit, WaitKind, Zod } from './wait-kind.ts';

/** The waits there are, in the order in which help names them. */
const waitKinds = [noWait, constantWait, betweenWait, exponentialWait, pacingWait, throughputWait] as const;

/** What a user does between an answer and the next request. */
export type Wait = WaitOf<(typeof waitKinds)[number]>;

type WaitOf<Kind> = Kind extends WaitKind<infer Of> ? Of : never;

/** `none, constant:1s or throughput:2`: each wait there is, as it may be written. */
export const waitExamples = (() => {
  const examples = waitKinds.map(({ kind, argument }) => (argument === null ? kind : `${kind}:${argument}`));
  return `${examples.slice(0, -1).join(', ')} or ${examples.at(-1)}`;
})();

/** `KIND` or `KIND:ARGUMENT`. @throws MlbenchError `bad-wait`, `bad-duration` */
export function parseWait(text: string, name = '--wait'): Wait {
  const refuse = (why: string) => userError('bad-wait', `${name}: "${text}" ${why}`, `write ${waitExamples}`);
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const kind = colon < 0 ? trimmed : trimmed.slice(0, colon);
  const argument = colon < 0 ? null : trimmed.slice(colon + 1);
  const found = waitKinds.find((candidate) => candidate.kind === kind);
  const complete = found?.argument === null ? argument === null : argument !== null && argument !== '';
  if (found === undefined || !complete) throw refuse('is not a wait');
  return found.parse(argument ?? '', name, refuse);
}

export function waitSchema(zod: Zod): z.ZodType<Wait> {
  return zod.union(waitKinds.map((kind): z.ZodType<Wait> => kind.schema(zod)));
}

export function describeWait(wait: Wait, unit: Unit): string {
  return kindOf(wait).describe(wait, unit);
}

/** To be kept by whoever asks it once a request. */
export function paceOf(wait: Wait): Pace {
  return kindOf(wait).pace(wait);
}

export function cycleOf(wait: Wait): Cycle {
  return kindOf(wait).cycle(wait);
}

/** Requests a second that one user sends if answers take no time; null: no pause limits it. */
export function rateOfUser({ meanMs }: Cycle): number | null {
  // 1,000 / (1,000 / 3) is not quite 3.
  return meanMs > 0 ? Number((1_000 / meanMs).toPrecision(12)) : null;
}

/** Whether timers set starts, so that send lag says something. */
export function isTimed(wait: Wait): boolean {
  return cycleOf(wait).meanMs > 0;
}

function kindOf(wait: Wait): WaitKind<Wait> {
  return waitKinds.find(({ kind }) => kind === wait.kind) as WaitKind<Wait>;
}
