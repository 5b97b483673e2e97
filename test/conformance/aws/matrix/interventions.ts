import type { Intervention } from '../world/gateway.ts';
import type { Answer } from '../world/moto-calls.ts';
import { type CallSpot, nameOf, type RecordedCall } from '../world/recorded-call.ts';
import { accessDenied, expiredToken, htmlPage, internalError, throttle, wrongSignature } from './refusals.ts';

/** Kills before the call has any effect: all that came before it is done. */
export function killBefore(at: CallSpot, kill: () => void): Intervention {
  return async (_call, spot, pass) => {
    if (!isSame(spot, at)) return pass();
    kill();
    return 'dropped';
  };
}

/** Kills once the call has had its effect, and nobody has heard of it. */
export function killAfter(at: CallSpot, kill: () => void): Intervention {
  return async (_call, spot, pass) => {
    const answer = await pass();
    if (!isSame(spot, at)) return answer;
    kill();
    return 'dropped';
  };
}

export interface Fault {
  name: string;
  /** Passes on a second try, so that a command ends as without it; else it lasts until the command ends. */
  passing: boolean;
  /** Of a command that it ends; `down` tells of what is left instead. */
  exitCode: 2 | 3;
  answer(call: RecordedCall, pass: () => Promise<Answer>): Promise<Answer | 'dropped'>;
}

const refusal = (
  name: string,
  passing: boolean,
  refuse: (call: RecordedCall) => Answer,
  exitCode: Fault['exitCode'] = 3,
): Fault => ({
  name,
  passing,
  exitCode,
  answer: async (call) => refuse(call),
});

export const faults: readonly Fault[] = [
  ...[true, false].flatMap((passing) => [
    refusal('a throttle', passing, throttle),
    refusal('an internal error', passing, internalError),
    refusal('a page of HTML', passing, htmlPage),
    {
      name: 'a connection cut before the call',
      passing,
      exitCode: 3 as const,
      answer: async () => 'dropped' as const,
    },
  ]),
  {
    name: 'a connection cut after the call',
    passing: true,
    exitCode: 3,
    async answer(_call, pass) {
      await pass();
      return 'dropped';
    },
  },
  {
    name: 'a slow answer',
    passing: true,
    exitCode: 3,
    async answer(_call, pass) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return pass();
    },
  },
  refusal('a refusal for want of a permission', false, accessDenied),
  refusal('an expired token', false, expiredToken, 2),
  refusal('a wrong signature', false, wrongSignature, 2),
];

/** The call, and where the fault lasts all later ones of its name, meet with the fault. */
export function inject(fault: Fault, at: CallSpot, struck: (call: RecordedCall) => void): Intervention {
  let lasting: string | undefined;
  return async (call, spot, pass) => {
    const hit = isSame(spot, at);
    if (hit) struck(call);
    if (hit && !fault.passing) lasting = nameOf(call);
    return hit || nameOf(call) === lasting ? fault.answer(call, pass) : pass();
  };
}

/** A read that does not see yet what was done before it: it is answered as it was the last time before, twice. */
export function staleRead(at: CallSpot, struck: () => void): Intervention {
  const before = new Map<string, Answer>();
  let stale: { key: string; left: number } | undefined;
  return async (call, spot, pass) => {
    const key = `${call.method} ${call.url} ${nameOf(call)} ${call.body.toString('latin1')}`;
    const earlier = before.get(key);
    if (isSame(spot, at) && earlier) {
      stale = { key, left: 2 };
      struck();
    }
    if (earlier && stale?.key === key && stale.left-- > 0) return earlier;
    const answer = await pass();
    before.set(key, answer);
    return answer;
  };
}

export function isRead({ operation }: Pick<RecordedCall, 'operation'>): boolean {
  return /^(Describe|Get|List|Head|BatchGet)/.test(operation);
}

function isSame(one: CallSpot, other: CallSpot): boolean {
  return one.name === other.name && one.nth === other.nth;
}
