/**
 * What a worker's requests and answers were in one interval, beyond their times. Instants count from the run's start,
 * in ms.
 */
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
  /**
   * Answers that were followed to where they pointed; each of them is sent again, and the last answer is the request's.
   */
  redirects: number;
  /**
   * Successes with a status of 3xx but 304, warm-up included: they say where to look, and nobody was served by them.
   */
  pointing: number;
}

export function noTraffic(): TrafficCounts {
  return {
    statuses: [],
    answered: 0,
    firstAnswerMs: null,
    lastAnswerMs: null,
    lastSentMs: null,
    redirects: 0,
    pointing: 0,
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
  ended(status: number, warm: boolean, nowMs: number, outcome: 'success' | 'failure'): void {
    if (status === 0) return;
    if (outcome === 'success' && pointsElsewhere(status)) this.#counts.pointing++;
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

/** 304 says that what the client has is good (RFC 9110 §15.4.5). */
function pointsElsewhere(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

export function addTraffic(into: TrafficCounts, from: TrafficCounts): void {
  for (const [status, count] of from.statuses) addStatus(into.statuses, status, count);
  into.answered += from.answered;
  into.redirects += from.redirects;
  into.pointing += from.pointing;
  into.firstAnswerMs = least(into.firstAnswerMs, from.firstAnswerMs);
  into.lastAnswerMs = most(into.lastAnswerMs, from.lastAnswerMs);
  into.lastSentMs = most(into.lastSentMs, from.lastSentMs);
}

/** @param into in ascending order, as it stays */
function addStatus(into: TrafficCounts['statuses'], status: number, count: number): void {
  const at = into.findIndex(([known]) => known >= status);
  const found = into[at];
  if (found === undefined) into.push([status, count]);
  else if (found[0] === status) found[1] += count;
  else into.splice(at, 0, [status, count]);
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
