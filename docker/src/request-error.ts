/** A request that cannot be answered; the message is one line for the caller, naming the row and the field. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(oneShortLine(message));
    this.status = status;
    this.headers = headers;
  }
}

export function badRequest(message: string): RequestError {
  return new RequestError(400, message);
}

/** Names and values of the body are quoted in messages, and may hold anything. */
function oneShortLine(message: string): string {
  const line = message.replace(/\s+/g, ' ');
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}
