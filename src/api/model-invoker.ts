/** How the handler calls the endpoint: through the AWS SDK on Lambda, through a leaner client in the local front. */
export interface ModelInvoker {
  /**
   * One InvokeEndpoint call, never retried: the caller must see throttles.
   * Rejects only if `signal` aborts, or by a bug.
   */
  invoke(request: InvocationRequest): Promise<Invocation>;
}

export interface InvocationRequest {
  body: Uint8Array;
  contentType: string;
  accept: string;
  signal: AbortSignal;
}

export type Invocation =
  | { kind: 'answered'; body: Uint8Array; contentType: string; variant: string | null }
  | Refusal
  /** No answer came: unknown host, refused or broken connection. */
  | { kind: 'unreachable'; reason: string };

/** An error that the runtime answered with, by its own names. */
export interface Refusal {
  kind: 'refused';
  /** `ModelError`, `ThrottlingException`, … */
  code: string;
  status: number;
  message: string;
  /** What the model's container answered, on a ModelError. */
  originalStatusCode: number | null;
  originalMessage: string | null;
  /** The `Retry-After` it came with, seconds. */
  retryAfterSeconds: number | null;
}

/** Seconds; the header's other form, a date, is not one that the runtime sends. */
export function readRetryAfter(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) : null;
}
