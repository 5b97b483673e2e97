import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import type { UsersLoad } from '../../../src/offered/users.ts';

/** A plan of one user without a pause, unless told otherwise. */
export function planFor(
  url: string,
  changes: Partial<LoadPlan> & { closed?: Partial<UsersLoad> } = {},
): LoadPlan {
  const { closed, ...rest } = changes;
  return {
    target: { kind: 'url', url, method: 'POST', headers: {} },
    profile: {
      model: 'closed',
      users: 1,
      ramp: { kind: 'over', durationMs: 0 },
      wait: { kind: 'none' },
      durationMs: 60_000,
      ...closed,
    },
    seed: 1,
    warmupMs: 0,
    timeoutMs: 5_000,
    stopTimeoutMs: 1_000,
    maxRequests: null,
    body: Buffer.from('{"question":1}'),
    contentType: 'application/json',
    accept: 'application/json',
    expectations: [],
    connections: 4_096,
    maxSendLagMs: null,
    precise: false,
    sharesMachine: true,
    ...rest,
  };
}
