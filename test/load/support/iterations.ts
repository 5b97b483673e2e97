import type { Iterations } from '../../../src/load/executors/performer.ts';
import type { ExchangeDeps } from '../../../src/load/iteration/exchange-deps.ts';
import { NamedBooks } from '../../../src/load/iteration/named-books.ts';
import { RequestBudget } from '../../../src/load/iteration/request-budget.ts';
import type { RequestForm } from '../../../src/load/iteration/request-form.ts';
import { RequestPerformer } from '../../../src/load/iteration/request-performer.ts';
import { createRecorder } from '../../../src/load/measure/recorder.ts';
import type { ConnectionOwner } from '../../../src/load/transport/connection.ts';
import type { HttpConnection } from '../../../src/load/transport/exchange/http-connection.ts';
import type { ManualClock } from '../../support/manual-clock.ts';

/** What exchanges share, over connections that a test brings. */
export function exchangeDeps(
  clock: ManualClock,
  connect: (owner: ConnectionOwner) => HttpConnection,
  changes: Partial<ExchangeDeps> = {},
): ExchangeDeps {
  return {
    clock,
    connect,
    recorder: createRecorder({ originMs: 0, warmupEndMs: 0, epochMs: () => clock.nowMs() }),
    named: new NamedBooks(),
    budget: new RequestBudget(null, () => {}),
    warmupEndMs: 0,
    closesAtMs: Number.POSITIVE_INFINITY,
    epochMs: (nowMs) => nowMs,
    ...changes,
  };
}

/** Nothing but the payload that its arrival names. */
const bareRequest: RequestForm = {
  name: null,
  method: 'GET',
  expect: undefined,
  bytesAt: (_, payload) => Buffer.from(payload ?? ''),
};

/** Plain requests. */
export function requestIterations(deps: ExchangeDeps): Iterations {
  const choice = { choose: () => bareRequest, began() {}, threw() {} };
  return {
    books: deps.recorder,
    createPerformer: (owner) => new RequestPerformer(deps, choice, owner),
  };
}
