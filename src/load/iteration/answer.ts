import type { RequestFailure } from '../transport/exchange/failure.ts';
import type { ReceivedResponse } from '../transport/exchange/http-connection.ts';
import type { ScenarioResponse } from './define-scenario.ts';

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

function parseHeaders(head: string): Record<string, string> {
  // Without a prototype: it has nothing but what the server sent, be a header named "constructor".
  const headers: Record<string, string> = Object.create(null);
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
