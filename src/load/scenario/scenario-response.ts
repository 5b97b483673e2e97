import { STATUS_CODES } from 'node:http';
import { normaliseMessage, type RequestFailure } from '../transport/failure.ts';
import type { ReceivedResponse } from '../transport/http-connection.ts';
import type { Expected, ScenarioResponse } from './define-scenario.ts';

/** What a flow sees of an answer, or of its absence (status 0). */
export function createResponse(
  received: ReceivedResponse | null,
  failure: RequestFailure | null,
): ScenarioResponse {
  return new Answer(received, failure);
}

/** A class, for each request makes one: closures of its own would cost more than all the rest of it. */
class Answer implements ScenarioResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly error: string | null;
  readonly body: Buffer;
  readonly #head: string;
  #headers: Record<string, string> | undefined;

  constructor(received: ReceivedResponse | null, failure: RequestFailure | null) {
    this.status = received === null ? 0 : received.status;
    this.ok = failure === null;
    this.error = failure === null ? null : failure.message;
    this.body = received === null ? noBytes : received.body;
    this.#head = received === null ? '' : received.head;
  }

  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= parseHeaders(this.#head);
    return this.#headers;
  }

  text(): string {
    return this.body.toString('utf8');
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

const noBytes = Buffer.alloc(0);

/**
 * Whether an answer is what the scenario expects.
 * @param failure what the transport makes of it: null below status 400
 * @throws whatever the scenario's own check throws
 */
export function judge(
  expect: Expected | undefined,
  received: ReceivedResponse,
  failure: RequestFailure | null,
): RequestFailure | null {
  if (expect === undefined) return failure;
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

function parseHeaders(head: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
