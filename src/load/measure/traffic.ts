/** What a worker's requests and answers were in one interval, beyond their times. Instants count from the run's start, in ms. */
export interface TrafficCounts {
  /** Answers by status, warm-up included. */
  statuses: [status: number, count: number][];
  /** Answers, of whatever status, to requests intended after the warm-up. */
  answered: number;
  /** Of these; null: none. */
  firstAnswerMs: number | null;
  lastAnswerMs: number | null;
  /** Null: nothing was sent. */
  lastSentMs: number | null;
  /** Answers that were followed to where they pointed; each of them is sent again, and the last answer is the request's. */
  redirects: number;
}

export function noTraffic(): TrafficCounts {
  return {
    statuses: [],
    answered: 0,
    firstAnswerMs: null,
    lastAnswerMs: null,
    lastSentMs: null,
    redirects: 0,
  };
}

export class Traffic {
  readonly #originMs: number;
  readonly #statuses = new Map<number, number>();
  #counts = noTraffic();

  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  sent(nowMs: number): void {
    this.#counts.lastSentMs = nowMs - this.#originMs;
  }

  /** @param status 0: no answer came */
  ended(status: number, warm: boolean, nowMs: number): void {
    if (status === 0) return;
    const statuses = this.#statuses;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (warm) return;
    const counts = this.#counts;
    counts.answered++;
    counts.lastAnswerMs = nowMs - this.#originMs;
    counts.firstAnswerMs ??= counts.lastAnswerMs;
  }

  redirected(): void {
    this.#counts.redirects++;
  }

  take(): TrafficCounts {
    const taken = { ...this.#counts, statuses: [...this.#statuses] };
    this.#statuses.clear();
    this.#counts = noTraffic();
    return taken;
  }
}

export function addTraffic(into: TrafficCounts, from: TrafficCounts): void {
  const statuses = new Map(into.statuses);
  for (const [status, count] of from.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  into.statuses = [...statuses].sort(([a], [b]) => a - b);
  into.answered += from.answered;
  into.redirects += from.redirects;
  into.firstAnswerMs = least(into.firstAnswerMs, from.firstAnswerMs);
  into.lastAnswerMs = most(into.lastAnswerMs, from.lastAnswerMs);
  into.lastSentMs = most(into.lastSentMs, from.lastSentMs);
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
