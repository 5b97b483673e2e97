import { RequestError } from './request-error.ts';

/**
 * Bounds what the program takes on: `concurrency` inferences at a time, `queue` more requests from their first byte on,
 * and so much body memory. Beyond any of them a request is refused at once with 503 rather than made to wait.
 */
export interface Admission {
  /** Takes a request in before its body is read. @throws RequestError 503 */
  enter(bodyBytes: number): Ticket;
  /** Requests taken in and not yet left. */
  readonly inFlight: number;
}

export interface Ticket {
  /** Counts body bytes as they arrive, where none were announced. @throws RequestError 503 */
  grow(bodyBytes: number): void;
  /** Waits for its turn, in order of asking. */
  turn(): Promise<void>;
  /** Gives the place back; once, however the request ended. */
  leave(): void;
}

export interface AdmissionLimits {
  concurrency: number;
  queue: number;
  /** All bodies in memory together. */
  maxBufferedBytes: number;
}

export function createAdmission(limits: AdmissionLimits): Admission {
  let inFlight = 0;
  let running = 0;
  let bufferedBytes = 0;
  const waiting: (() => void)[] = [];

  const startNext = () => {
    if (running >= limits.concurrency) return;
    const next = waiting.shift();
    if (!next) return;
    running += 1;
    next();
  };

  return {
    get inFlight() {
      return inFlight;
    },
    enter(bodyBytes) {
      if (inFlight >= limits.concurrency + limits.queue) {
        throw overloaded(`${inFlight} requests are being answered or waiting`);
      }
      let ownBytes = 0;
      let hasTurn = false;
      let left = false;
      const ticket: Ticket = {
        grow(moreBytes) {
          if (bufferedBytes + moreBytes > limits.maxBufferedBytes) {
            throw overloaded(`${bufferedBytes} bytes of request bodies are in memory`);
          }
          bufferedBytes += moreBytes;
          ownBytes += moreBytes;
        },
        turn: () =>
          new Promise((resolve) => {
            waiting.push(() => {
              hasTurn = true;
              // The caller may have gone while waiting: its place goes to the next at once.
              if (left) running -= 1;
              resolve();
              if (left) startNext();
            });
            startNext();
          }),
        leave() {
          if (left) return;
          left = true;
          inFlight -= 1;
          bufferedBytes -= ownBytes;
          if (hasTurn) running -= 1;
          startNext();
        },
      };
      ticket.grow(bodyBytes);
      inFlight += 1;
      return ticket;
    },
  };
}

function overloaded(reason: string): RequestError {
  return new RequestError(503, `overloaded: ${reason}`, { 'Retry-After': '1' });
}
