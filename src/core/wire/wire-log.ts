import type { Clock } from '../clock.ts';
import { redactText } from '../redact.ts';
import {
  answerLines,
  bodyLines,
  type HeaderLines,
  requestLines,
  tookText,
  type WireAnswer,
  type WireBlock,
  type WireBody,
  type WireRequest,
} from './wire-block.ts';

/** What `--debug` is told of this process: each request with a number, by which its answer is known. */
export class WireLog {
  readonly #clock: Clock;
  readonly #tell: (block: WireBlock) => void;
  /** Of the SDK: `observeHttp` passes over what the SDK's own middleware has told. */
  readonly #invocations = new Set<string>();
  #number = 0;

  constructor(clock: Clock, tell: (block: WireBlock) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  request(request: WireRequest): WireExchange {
    const id = `#${++this.#number}`;
    const startedMs = this.#clock.monotonicMs();
    const elapsedMs = () => this.#clock.monotonicMs() - startedMs;
    this.#told(requestLines(id, request));
    return {
      answered: (answer) => this.#told(answerLines(id, { ...answer, elapsedMs: elapsedMs() })),
      body: (headers, body) => {
        const lines = bodyLines('<', headers, body, redactText);
        if (lines.length > 0) this.#told([`${id} ← body, ${tookText(elapsedMs())}`, ...lines]);
      },
      failed: (error) => this.#told([`${id} ✖ ${tookText(elapsedMs())}: ${redactText(errorText(error))}`]),
    };
  }

  /** Of a connection: `connected to …`. */
  note(text: string): void {
    this.#told([`· ${redactText(text)}`]);
  }

  /** An attempt of the SDK's that is told by itself. */
  claim(invocation: string): void {
    this.#invocations.add(invocation);
  }

  isClaimed(invocation: string): boolean {
    return this.#invocations.has(invocation);
  }

  #told(lines: string[]): void {
    this.#tell({ atMs: this.#clock.nowMs(), lines });
  }
}

export interface WireExchange {
  answered(answer: Omit<WireAnswer, 'elapsedMs'>): void;
  /** Where it comes later than its head. */
  body(headers: HeaderLines, body: WireBody): void;
  failed(error: unknown): void;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const text = error.message === '' ? error.name : error.message;
  return typeof code === 'string' && !text.includes(code) ? `${text} (${code})` : text;
}
