import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { LogLine, LogSource, LogWindow } from '../../../src/observe/logs/log-source.ts';
import { followLogs, readLogs } from '../../../src/observe/logs/read-logs.ts';
import { awsTraits } from '../../../src/resources/sdk/cloud-traits.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const startMs = 10_000_000;

/** A log group of the test's own: what is in it can be read once its time has come. */
function fakeGroup(group: string, pageSize = 2) {
  const events: { atMs: number; message: string }[] = [];
  const windows: LogWindow[] = [];
  let failing = 0;
  const source: LogSource = {
    group,
    async *read(window) {
      windows.push(window);
      if (failing-- > 0) throw new Error('the cloud is away');
      const lines = events
        .map(
          (event, index): LogLine => ({
            ...event,
            source: group,
            group,
            stream: 's',
            eventId: String(index),
          }),
        )
        .filter(({ atMs }) => atMs >= window.fromMs && atMs <= (window.toMs ?? atMs))
        .sort((a, b) => a.atMs - b.atMs);
      for (let from = 0; from < lines.length; from += pageSize) yield lines.slice(from, from + pageSize);
    },
  };
  return {
    source,
    windows,
    say: (atMs: number, message: string) => events.push({ atMs, message }),
    fail: (times: number) => {
      failing = times;
    },
  };
}

function setUp(groups: ReturnType<typeof fakeGroup>[]) {
  const clock = new ManualClock(startMs);
  const ending = new AbortController();
  const heard: string[] = [];
  const troubles: unknown[] = [];
  const request = {
    sources: groups.map(({ source }) => source),
    clock,
    cloudClock: { nowMs: () => clock.nowMs(), timeScale: 1 },
    random: createRandom(1),
    signal: ending.signal,
    fromMs: startMs - 600_000,
    traits: awsTraits,
    emit: async (lines: readonly LogLine[]) => {
      heard.push(...lines.map(({ message }) => message));
    },
    onTrouble: (error: unknown) => troubles.push(error),
  };
  return { clock, ending, heard, troubles, request };
}

describe('reading logs', () => {
  it('tells the lines of several groups oldest first, however they are paged', async () => {
    const [a, b] = [fakeGroup('a'), fakeGroup('b', 1)];
    for (const atMs of [1, 4, 5, 8]) a.say(startMs - 100 + atMs, `a${atMs}`);
    for (const atMs of [2, 3, 6, 7]) b.say(startMs - 100 + atMs, `b${atMs}`);
    const { request, heard } = setUp([a, b]);
    await readLogs(request);
    expect(heard).toEqual(['a1', 'b2', 'b3', 'a4', 'a5', 'b6', 'b7', 'a8']);
  });

  it('ends with what is there: its window has an end', async () => {
    const group = fakeGroup('a');
    group.say(startMs - 600_001, 'too old');
    group.say(startMs + 30_000, 'by a clock that is ahead of ours');
    group.say(startMs + 60_001, 'later');
    const { request, heard } = setUp([group]);
    await readLogs(request);
    expect(heard).toEqual(['by a clock that is ahead of ours']);
  });

  it('passes a failure on', async () => {
    const group = fakeGroup('a');
    group.fail(1);
    await expect(readLogs(setUp([group]).request)).rejects.toThrow('the cloud is away');
  });
});

describe('following logs', () => {
  it('tells each line once, those that come late too, until it is told to stop', async () => {
    const group = fakeGroup('a');
    group.say(startMs - 1_000, 'before');
    const { clock, ending, heard, request } = setUp([group]);
    const following = followLogs(request);
    await clock.advance(6_000);
    group.say(clock.nowMs(), 'now');
    await clock.advance(6_000);
    group.say(startMs - 30_000, 'late');
    await clock.advance(30_000);
    expect(heard).toEqual(['before', 'now', 'late']);
    ending.abort();
    await expect(following).resolves.toBeUndefined();
  });

  it('asks AWS every two to five seconds, never in step', async () => {
    const group = fakeGroup('a');
    const { clock, ending, request } = setUp([group]);
    const times: number[] = [];
    const { source } = group;
    const timed: LogSource = {
      group: 'a',
      read: (window) => {
        times.push(clock.nowMs());
        return source.read(window);
      },
    };
    const following = followLogs({ ...request, sources: [timed] });
    for (let second = 0; second < 120; second++) await clock.advance(1_000);
    ending.abort();
    await following;
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(gaps.length).toBeGreaterThan(20);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
    expect(new Set(gaps).size).toBeGreaterThan(5);
  });

  it('reads no further back than it must, and remembers no more', async () => {
    const group = fakeGroup('a', 1_000);
    const { clock, ending, request, heard } = setUp([group]);
    const following = followLogs(request);
    for (let minute = 0; minute < 60; minute++) {
      group.say(clock.nowMs(), `minute ${minute}`);
      await clock.advance(60_000);
    }
    const { fromMs } = group.windows.at(-1)!;
    expect(clock.nowMs() - fromMs).toBeLessThan(3 * 60_000);
    expect(heard).toHaveLength(60);
    ending.abort();
    await following;
  });

  it('moves on through an hour of silence', async () => {
    const group = fakeGroup('a');
    const { clock, ending, request } = setUp([group]);
    const following = followLogs(request);
    for (let minute = 0; minute < 60; minute++) await clock.advance(60_000);
    expect(clock.nowMs() - group.windows.at(-1)!.fromMs).toBeLessThan(16 * 60_000);
    ending.abort();
    await following;
  });

  it('bears a cloud that is away for a while, and says so once', async () => {
    const group = fakeGroup('a');
    const { clock, ending, heard, troubles, request } = setUp([group]);
    group.fail(4);
    const following = followLogs(request);
    group.say(startMs, 'through');
    for (let second = 0; second < 40; second++) await clock.advance(1_000);
    expect(heard).toEqual(['through']);
    expect(troubles).toHaveLength(1);
    ending.abort();
    await following;
  });

  it('gives up after five failures in a row', async () => {
    const group = fakeGroup('a');
    const { clock, request } = setUp([group]);
    group.fail(5);
    const following = followLogs(request);
    const failed = expect(following).rejects.toThrow('the cloud is away');
    for (let second = 0; second < 40; second++) await clock.advance(1_000);
    await failed;
  });
});
