import { STATUS_CODES } from 'node:http';
import { normaliseMessage, type RequestFailure } from '../transport/exchange/failure.ts';
import type { ReceivedResponse } from '../transport/exchange/http-connection.ts';
import { createResponse } from './answer.ts';
import type { Expected } from './define-scenario.ts';

/**
 * Whether an answer is what is expected.
 * @param failure what the transport makes of it: null below status 400
 * @throws whatever the scenario's own check throws
 */
export function judge(
  expect: Expected,
  received: ReceivedResponse,
  failure: RequestFailure | null,
): RequestFailure | null {
  const { status } = received;
  if (expect.status !== undefined) {
    const wanted = [expect.status].flat();
    if (!wanted.includes(status)) {
      if (failure !== null) return failure;
      const said = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
      return { kind: 'http', status, message: `${said}, expected ${wanted.join(' or ')}` };
    }
  } else if (failure !== null) return failure;
  const wrong = (message: string): RequestFailure => ({
    kind: 'http',
    status,
    message: `check failed: ${message}`,
  });
  const { body } = expect;
  if (typeof body === 'string' && !received.body.includes(body)) {
    return wrong(`the body does not contain ${JSON.stringify(body.slice(0, 80))}`);
  }
  if (body instanceof RegExp && received.body.toString('utf8').search(body) < 0) {
    return wrong(`the body does not match ${String(body).slice(0, 80)}`);
  }
  const verdict = expect.check?.(createResponse(received, null)) ?? true;
  if (verdict === true) return null;
  return wrong(verdict === false ? 'not as expected' : normaliseMessage(verdict));
}
