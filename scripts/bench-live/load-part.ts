import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { systemClock } from '../../src/core/clock.ts';
import { openLiveServer } from '../../src/dashboard/server/live-server.ts';
import type { RunObserver } from '../../src/load/run/run-events.ts';
import { runLoad } from '../../src/load/run/run-load.ts';
import { createDistribution } from '../../src/record/latency/distribution.ts';
import { madeRun } from './made-run.ts';
import { median } from './page-part.ts';
import { samplesTo } from './timeline.ts';

const blockMs = 4_000;

export interface StreamFigures {
  blocks: number;
  rateRps: number;
  /** The send lag's p99 of each block in µs, with fifty streams and without. */
  withUs: number[];
  withoutUs: number[];
}

/** One open load; every four seconds forty-nine streams and a Chromium come, or go. */
export async function measureStreams(blocks: number, rateRps: number): Promise<StreamFigures> {
  const server = await startService();
  const live = await openLiveServer({ clock: systemClock, port: 0, host: '127.0.0.1' });
  const durationMs = 2 * blocks * blockMs + 1_000;
  const follower = live.follow(madeRun(durationMs));
  const lags = Array.from({ length: 2 * blocks }, () => createDistribution());
  const lookers = await openLookers(live.url);
  let on = false;
  const watch: RunObserver = (event) => {
    if (event.type !== 'load-interval') return;
    const { elapsedMs, workers } = event.interval;
    const block = Math.floor((elapsedMs - 500) / blockMs);
    const isOn = Math.floor(elapsedMs / blockMs) % 2 === 1;
    if (isOn !== on) lookers.look(isOn);
    on = isOn;
    // The first second of each block is of those who come or go.
    if ((elapsedMs - 500) % blockMs < 1_000) return;
    for (const { sendLag } of workers) lags[block]?.add(sendLag);
  };
  try {
    await load(server.url, { model: 'open', arrivals: 'poisson', rateRps, durationMs }, [
      ...observersOf(follower),
      watch,
    ]);
  } finally {
    await lookers.close();
    await live.close();
    server.close();
  }
  const p99 = lags.map((lag) => lag.percentile(99) ?? 0);
  const isOn = (block: number) => block % 2 === 1;
  return {
    ...{ blocks, rateRps },
    withUs: p99.filter((_, block) => isOn(block)),
    withoutUs: p99.filter((_, block) => !isOn(block)),
  };
}

export interface UnseenFigures {
  rounds: number;
  /** CPU of the whole process a request, in µs. */
  withUs: number[];
  withoutUs: number[];
  /** Median of the rounds' ratios. */
  ratio: number;
}

/** What a follower costs while nobody looks on: rounds with it and without it, in turn. */
export async function measureUnseenLoad(rounds: number): Promise<UnseenFigures> {
  const server = await startService();
  const live = await openLiveServer({ clock: systemClock, port: 0, host: '127.0.0.1' });
  const withUs: number[] = [];
  const withoutUs: number[] = [];
  const one = async (isFollowed: boolean) => {
    const observers = isFollowed ? observersOf(live.follow(madeRun(3_000))) : [];
    const before = process.cpuUsage();
    const sent = await load(server.url, users, observers);
    const { user, system } = process.cpuUsage(before);
    (isFollowed ? withUs : withoutUs).push((user + system) / sent);
  };
  // The first run warms the code up.
  await load(server.url, users, []);
  for (let round = 0; round < rounds; round++) {
    await one(round % 2 === 0);
    await one(round % 2 !== 0);
  }
  await live.close();
  server.close();
  return { rounds, withUs, withoutUs, ratio: median(withUs.map((us, round) => us / withoutUs[round]!)) };
}

const users: Parameters<typeof load>[1] = {
  ...{ model: 'closed', users: 64, durationMs: 3_000 },
  ...{ ramp: { kind: 'over', durationMs: 0 }, wait: { kind: 'none' } },
};

type Followed = ReturnType<Awaited<ReturnType<typeof openLiveServer>>['follow']>;

/** As `measure` does: the run's events, and its seconds as the timeline has them. */
function observersOf(follower: Followed): RunObserver[] {
  return [samplesTo(follower.record), follower.observe];
}

async function load(
  url: string,
  offered: Parameters<typeof runLoad>[0]['offered'],
  observers: RunObserver[],
): Promise<number> {
  const { plan, contents } = madeRun(offered.durationMs);
  const { result } = await runLoad(
    { ...plan, offered, destination: { kind: 'url', url, method: 'POST', headers: {} } },
    {
      ...{ clock: systemClock, runId: 'bench', workers: 1, contents, observers },
      signal: new AbortController().signal,
    },
  );
  return result.requests.sent;
}

async function startService(): Promise<{ url: string; close(): void }> {
  const service = fork(fileURLToPath(new URL('service.ts', import.meta.url)));
  const [url] = (await once(service, 'message')) as [string];
  return { url, close: () => service.disconnect() };
}

/** One process of clients, one Chromium. */
async function openLookers(url: string): Promise<{ look(isOn: boolean): void; close(): Promise<void> }> {
  const clients = fork(fileURLToPath(new URL('clients.ts', import.meta.url)), [url, '49']);
  await once(clients, 'message');
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  const page = await browser.newPage();
  return {
    look(isOn) {
      clients.send(isOn);
      page.goto(isOn ? url : 'about:blank').catch(() => {});
    },
    async close() {
      clients.disconnect();
      await browser.close();
    },
  };
}
