import { type ContentPlaces, contentOfBytes } from '../../../src/core/content.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import type { UsersLoad } from '../../../src/offered/users.ts';

const question = Buffer.from('{"question":1}');
const body = contentOfBytes(question, 'question');

/** A scenario that no test reads. */
export const unreadScenario = {
  content: { sha256: 'flow', sizeBytes: 0, name: 'flow.ts' },
  tags: [],
  excludeTags: [],
  keepWait: true,
};

/** Where the body of `planFor` is. */
export const contents: ContentPlaces = { [body.sha256]: { bytes: question } };

/** And where `unreadScenario` is said to be. */
export const unreadContents: ContentPlaces = { ...contents, flow: { path: '/flow.ts' } };

/** A plan of one user without a pause, unless told otherwise. */
export function planFor(
  url: string,
  changes: Partial<LoadPlan> & { closed?: Partial<UsersLoad> } = {},
): LoadPlan {
  const { closed, ...rest } = changes;
  return {
    destination: { kind: 'url', url, method: 'POST', headers: {} },
    offered: {
      model: 'closed',
      users: 1,
      ramp: { kind: 'over', durationMs: 0 },
      wait: { kind: 'none' },
      durationMs: 60_000,
      ...closed,
    },
    seed: 1,
    startAtMs: null,
    warmupMs: 0,
    timeoutMs: 5_000,
    stopTimeoutMs: 1_000,
    maxRequests: null,
    body,
    contentType: 'application/json',
    accept: 'application/json',
    expectations: [],
    connections: 4_096,
    maxSendLagMs: null,
    precise: false,
    keepAlive: true,
    maxRedirects: 0,
    keepGoing: false,
    data: null,
    transport: 'raw',
    proxy: null,
    tls: null,
    listenMs: null,
    scenario: null,
    ...rest,
  };
}
