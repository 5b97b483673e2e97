/** A connection that carries one request at a time, whatever speaks HTTP underneath. */
export interface HttpConnection {
  readonly idle: boolean;
  /** From closed; answers its owner with `opened` or `failed`, never before it returns. */
  open(): void;
  /** From idle. @param headRequest its response has no body */
  send(request: Buffer, nowMs: number, headRequest?: boolean): void;
  /**
   * Closes without telling the owner, after `partingMs` in which an answer that nobody asked for is noticed. May be
   * opened again.
   */
  part(): void;
  /** Closes without telling the owner. */
  destroy(): void;
  /** The last one. */
  readonly answer: LastAnswer;
}

export interface LastAnswer {
  readonly status: number;
  /** Its `location`; empty: none, or no redirect. */
  readonly location: string;
  /** Of the body, as they came: still in their coding. */
  readonly bodyBytes: number;
  /** Its status, and the rest where the transport keeps answers. */
  response(): ReceivedResponse;
}

export interface ReceivedResponse {
  status: number;
  /** Lines `name: value`, separated by CRLF. */
  head: string;
  /** As much of it as is kept. */
  body: Buffer;
}

/** As long as an answer that nobody asked for may take to come. */
export const partingMs = 250;

/** How long a server that closed without saying so is given to do it again. */
export const waryMs = 10;
