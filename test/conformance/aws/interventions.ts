import type { Intervention } from './gateway.ts';
import type { Answer } from './moto-calls.ts';
import { nameOf, type RecordedCall } from './recorded-call.ts';
import { accessDenied, expiredToken, htmlPage, internalError, throttle, wrongSignature } from './refusals.ts';

/** Kills before the call has any effect: all that came before it is done. */
export function killBefore(at: number, kill: () => void): Intervention {
  return async (_call, number, pass) => {
    if (number !== at) return pass();
    kill();
    return 'dropped';
  };
}

/** Kills once the call has had its effect, and nobody has heard of it. */
export function killAfter(at: number, kill: () => void): Intervention {
  return async (_call, number, pass) => {
    const answer = await pass();
    if (number !== at) return answer;
    kill();
    return 'dropped';
  };
}

export interface Fault {
  name: string;
  /** Passes on a second try, so that a command ends as without it; else it lasts until the command ends. */
  passing: boolean;
  answer(call: RecordedCall, pass: () => Promise<Answer>): Promise<Answer | 'dropped'>;
}

const refusal = (name: string, passing: boolean, refuse: (call: RecordedCall) => Answer): Fault => ({
  name,
  passing,
  answer: async (call) => refuse(call),
});

export const faults: readonly Fault[] = [
  ...[true, false].flatMap((passing) => [
    refusal('a throttle', passing, throttle),
    refusal('an internal error', passing, internalError),
    refusal('a page of HTML', passing, htmlPage),
    { name: 'a connection cut before the call', passing, answer: async () => 'dropped' as const },
  ]),
  {
    name: 'a connection cut after the call',
    passing: true,
    async answer(_call, pass) {
      await pass();
      return 'dropped';
    },
  },
  {
    name: 'a slow answer',
    passing: true,
    async answer(_call, pass) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return pass();
    },
  },
  refusal('a refusal for want of a permission', false, accessDenied),
  refusal('an expired token', false, expiredToken),
  refusal('a wrong signature', false, wrongSignature),
];

/** The call, and where the fault lasts all later ones of its kind, meet with the fault. */
export function inject(fault: Fault, at: number, struck: (call: RecordedCall) => void): Intervention {
  let victim: string | undefined;
  return async (call, number, pass) => {
    if (number === at) {
      victim = nameOf(call);
      struck(call);
    }
    const hit = number === at || (!fault.passing && victim === nameOf(call));
    return hit ? fault.answer(call, pass) : pass();
  };
}

/**
 * A read that does not see yet what was done before it: it is answered as it was the last time before, twice.
 * @returns undefined of a call that nothing was asked before
 */
export function staleRead(at: number, struck: (call: RecordedCall) => void): Intervention {
  const before = new Map<string, Answer>();
  let left = 0;
  let victim: string | undefined;
  return async (call, number, pass) => {
    const key = `${call.method} ${call.url} ${nameOf(call)} ${call.body.toString('latin1')}`;
    if (number === at && isRead(call) && before.has(key)) {
      victim = key;
      left = 2;
      struck(call);
    }
    if (key === victim && left > 0) {
      left--;
      return before.get(key) as Answer;
    }
    const answer = await pass();
    before.set(key, answer);
    return answer;
  };
}

export function isRead({ operation }: Pick<RecordedCall, 'operation'>): boolean {
  return /^(Describe|Get|List|Head|BatchGet)/.test(operation);
}
