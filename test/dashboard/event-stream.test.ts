import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { LiveRun } from '../../src/dashboard/live/live-run.ts';
import { EventStream } from '../../src/dashboard/server/event-stream.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A page as the server sees it: what was written to it, and how much of that it has not read. */
class Page extends EventEmitter {
  readonly heard: string[] = [];
  writableLength = 0;
  gone = false;
  writeHead(): void {}
  write(text: string): void {
    const event = /^event: (.*)$/m.exec(text)?.[1];
    const data = /^data: (.*)$/m.exec(text)?.[1];
    if (event !== undefined) this.heard.push(`${event} ${data}`);
  }
  end(text: string): void {
    this.write(text);
    this.gone = true;
  }
  destroy(): void {
    this.gone = true;
    this.emit('close');
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

/** A run that counts how often it is asked. */
function countingRun() {
  let ticks = 0;
  const run = { state: () => `all up to ${ticks}`, tick: () => `tick ${++ticks}`, forgetNews() {} };
  return { run: run as unknown as LiveRun, ticks: () => ticks };
}

describe('the event stream', () => {
  it('makes nothing while nobody looks', async () => {
    const clock = new ManualClock();
    const stream = new EventStream(clock);
    const { run, ticks } = countingRun();
    stream.show(run);
    for (let second = 0; second < 10; second++) {
      stream.news();
      await clock.advance(1_000);
    }
    expect(ticks()).toBe(0);
  });

  it('tells a page everything when it comes, and what is new once a second', async () => {
    const clock = new ManualClock();
    const stream = new EventStream(clock);
    stream.show(countingRun().run);
    const page = new Page();
    stream.add(page.response);
    for (let time = 0; time < 20; time++) {
      stream.news();
      await clock.advance(100);
    }
    expect(page.heard).toEqual(['state "all up to 0"', 'tick "tick 1"', 'tick "tick 2"']);
  });

  it('tells those who are there the news before a newcomer is told everything', async () => {
    const clock = new ManualClock();
    const stream = new EventStream(clock);
    stream.show(countingRun().run);
    const [first, second] = [new Page(), new Page()];
    stream.add(first.response);
    stream.add(second.response);
    // All of the run is made once a second at most.
    expect(second.heard).toEqual([]);
    await clock.advance(1_000);
    expect(first.heard).toEqual(['state "all up to 0"', 'tick "tick 1"']);
    expect(second.heard).toEqual(['state "all up to 1"']);
  });

  it('lets a page go that does not read, and goes on for the others', async () => {
    const clock = new ManualClock();
    const stream = new EventStream(clock);
    stream.show(countingRun().run);
    const [reads, sleeps] = [new Page(), new Page()];
    stream.add(reads.response);
    stream.add(sleeps.response);
    await clock.advance(1_000);
    sleeps.writableLength = 5_000_000;
    stream.news();
    await clock.advance(1_000);
    expect(sleeps.gone).toBe(true);
    expect(reads.heard.at(-1)).toBe('tick "tick 2"');
    expect(stream.pages).toBe(1);
  });

  it('says its last news before it ends', () => {
    const stream = new EventStream(new ManualClock());
    stream.show(countingRun().run);
    const page = new Page();
    stream.add(page.response);
    stream.end();
    expect(page.heard).toEqual(['state "all up to 0"', 'tick "tick 1"', 'end {}']);
    expect(page.gone).toBe(true);
  });
});
