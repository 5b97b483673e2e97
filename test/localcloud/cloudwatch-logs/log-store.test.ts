import { beforeEach, describe, expect, it } from 'vitest';
import { LogStore } from '../../../src/localcloud/cloudwatch-logs/log-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const startMs = Date.UTC(2026, 10, 22, 15);
const group = '/aws/sagemaker/Endpoints/e';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock(startMs);
});

function messagesOf(store: LogStore, stream: string, name = group): string[] {
  const found = store.find(name)!;
  const one = found.streams.get(stream);
  return one ? store.events(found, one).map(({ message }) => message) : [];
}

describe('the log store', () => {
  it('makes group and stream with the first line, and dates it', () => {
    const store = new LogStore(clock);
    store.append(group, 'a/i-1', 'hello');
    expect(messagesOf(store, 'a/i-1')).toEqual(['hello']);
    expect(store.find(group)).toMatchObject({ createdAtMs: startMs, retentionDays: null });
    expect(store.find(group)!.streams.get('a/i-1')!.events[0]).toMatchObject({ atMs: startMs, sequence: 0 });
  });

  it('keeps the newest lines of a stream within its bound', () => {
    const store = new LogStore(clock, { streamBytes: 10_000 });
    for (let line = 0; line < 5_000; line++) store.append(group, 's', `line ${line}`);
    const kept = messagesOf(store, 's');
    expect(kept.length).toBeLessThan(50);
    expect(kept.at(-1)).toBe('line 4999');
    expect(kept).toEqual(kept.map((_, index) => `line ${5_000 - kept.length + index}`));
  });

  it('takes from the oldest stream when all together are too much', () => {
    const store = new LogStore(clock, { streamBytes: 10_000, storeBytes: 15_000 });
    for (let line = 0; line < 30; line++) store.append(group, 'old', `old ${line}`);
    for (let line = 0; line < 45; line++) store.append('other', 'new', `new ${line}`);
    expect(messagesOf(store, 'new', 'other')).toHaveLength(45);
    const old = messagesOf(store, 'old');
    expect(old.length).toBeGreaterThan(0);
    expect(old.length).toBeLessThan(30);
  });

  it('gives the place of the stream that has been silent for longest to a new one', async () => {
    const store = new LogStore(clock, { streams: 2 });
    store.append(group, 'first', 'x');
    await clock.advance(1);
    store.append(group, 'second', 'x');
    await clock.advance(1);
    store.append(group, 'first', 'y');
    store.append(group, 'third', 'x');
    expect([...store.find(group)!.streams.keys()]).toEqual(['first', 'third']);
  });

  it('drops lines rather than grow beyond its number of groups', () => {
    const store = new LogStore(clock, { groups: 1 });
    store.append(group, 's', 'x');
    store.append('another', 's', 'x');
    expect(store.groups().map(({ name }) => name)).toEqual([group]);
    expect(() => store.create('another')).toThrow('Resource limit exceeded.');
  });

  it('hides what is older than the retention', async () => {
    const store = new LogStore(clock);
    store.append(group, 's', 'yesterday');
    store.find(group)!.retentionDays = 1;
    await clock.advance(86_400_001);
    store.append(group, 's', 'today');
    expect(messagesOf(store, 's')).toEqual(['today']);
  });

  it('begins anew where a group is deleted under its writer', () => {
    const store = new LogStore(clock);
    store.append(group, 's', 'before');
    store.delete(store.find(group)!);
    expect(store.find(group)).toBeUndefined();
    store.append(group, 's', 'after');
    expect(messagesOf(store, 's')).toEqual(['after']);
  });
});
