import { type Clock, sleep } from '../../core/clock.ts';
import type { CloudClock } from '../../core/cloud-time.ts';
import type { Random } from '../../core/random.ts';
import type { CloudTraits } from '../../resources/sdk/cloud-traits.ts';
import type { LogLine, LogSource, LogWindow } from './log-source.ts';

export interface ReadLogsRequest {
  sources: readonly LogSource[];
  clock: Clock;
  cloudClock: CloudClock;
  random: Random;
  signal: AbortSignal;
  /** Cloud milliseconds. */
  fromMs: number;
  traits: Pick<CloudTraits, 'logs'>;
  /** Given lines oldest first, some at a time, each once. Awaited, so that a slow reader slows us. */
  emit(lines: readonly LogLine[]): Promise<void>;
  /** Told when the cloud could not be asked, once a streak. */
  onTrouble(error: unknown): void;
}

/** What is there now, oldest first. @throws what the cloud answers, and the signal's reason */
export async function readLogs(request: ReadLogsRequest): Promise<void> {
  // Events of this very moment are dated by the cloud's own clock, which may be ahead of ours.
  const toMs = request.cloudClock.nowMs() + clockSkewMs * request.cloudClock.timeScale;
  await readOnce({ fromMs: request.fromMs, toMs }, new Map(), request);
}

/**
 * Goes on until the signal aborts, then resolves. What arrives late is looked for up to a minute back; it is shown when
 * it comes, after what came before it.
 * @throws what the cloud answered, after five failures in a row
 */
export async function followLogs(request: ReadLogsRequest): Promise<void> {
  const { clock, cloudClock, signal } = request;
  const { shownWithinMs, betweenLooksMs } = request.traits.logs;
  const seen = new Map<string, number>();
  let fromMs = request.fromMs;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const newestMs = await readOnce({ fromMs }, seen, request);
      failures = 0;
      // Silence moves the window too, but by so little that no clock's error hides an event.
      const silentMs = cloudClock.nowMs() - mostBackMs * cloudClock.timeScale;
      fromMs = Math.max(fromMs, newestMs - shownWithinMs, silentMs);
      for (const [eventId, atMs] of seen) if (atMs < fromMs) seen.delete(eventId);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (failures >= mostFailures) throw error;
      if (failures === 1) request.onTrouble(error);
    }
    await sleep(clock, request.random.between(...betweenLooksMs), signal).catch(() => {});
  }
}

const minuteMs = 60_000;
const clockSkewMs = minuteMs;
const mostBackMs = 15 * minuteMs;
const mostFailures = 5;
const batchLines = 500;

/** @returns when the newest event seen was, −∞ without one */
async function readOnce(
  window: LogWindow,
  seen: Map<string, number>,
  { sources, emit, signal }: ReadLogsRequest,
): Promise<number> {
  let newestMs = Number.NEGATIVE_INFINITY;
  let batch: LogLine[] = [];
  for await (const line of mergeByTime(sources.map((source) => eachLine(source.read(window))))) {
    signal.throwIfAborted();
    newestMs = Math.max(newestMs, line.atMs);
    const id = `${line.group} ${line.eventId}`;
    if (seen.has(id)) continue;
    seen.set(id, line.atMs);
    batch.push(line);
    if (batch.length < batchLines) continue;
    await emit(batch);
    batch = [];
  }
  if (batch.length > 0) await emit(batch);
  return newestMs;
}

async function* eachLine(pages: AsyncIterable<LogLine[]>): AsyncGenerator<LogLine> {
  for await (const page of pages) yield* page;
}

/** Several in the order of their time as one, holding a page of each. */
async function* mergeByTime(sources: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done) continue;
      const best = heads[first];
      if (!best || best.done || head.value.atMs < best.value.atMs) first = index;
    }
    const head = heads[first];
    if (!head || head.done) return;
    yield head.value;
    heads[first] = await sources[first]!.next();
  }
}
