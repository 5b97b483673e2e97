import { type CDPSession, chromium, type Page } from 'playwright-core';
import type { LiveRun } from '../../src/dashboard/live/live-run.ts';
import { type LiveServer, openLiveServer } from '../../src/dashboard/server/live-server.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import { createFeed, madeRun } from './made-run.ts';

export interface PageFigures {
  /** From the `state` event's arrival to the frame that shows it; several fresh pages. */
  drawn: { wallMs: number[]; cpuMs: number[] };
  heapMb: { afterHour: number; afterDay: number | null };
  /** Of one tick, at an hour of data, and after a day. */
  tick: { afterHour: Spent; afterDay: Spent | null };
  /** Load samples that the server keeps. */
  samplesAfterDay: number | null;
}

/** Medians: in the page's listener, in the listener and its frame, and of all of the page's tasks as CPU time. */
interface Spent {
  listenerMs: number;
  frameMs: number;
  cpuMs: number;
}

interface Seen {
  event: string;
  listenerMs: number;
  frameMs: number;
}

const hourMs = 3_600_000;

/** Drives the real server and the real page by a clock of the bench's own. */
export async function measurePage({
  names,
  pages,
  hours,
}: {
  names: number;
  pages: number;
  hours: number;
}): Promise<PageFigures> {
  const clock = createHandClock();
  const server = await openLiveServer({ clock, port: 0, host: '127.0.0.1' });
  const run = server.follow(madeRun(hours * hourMs));
  const feed = createFeed(run, { names, perName: 10, durationMs: hours * hourMs });
  for (let second = 0; second < 3_600; second++) feed.second();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  const figures: PageFigures = {
    drawn: { wallMs: [], cpuMs: [] },
    heapMb: { afterHour: 0, afterDay: null },
    tick: { afterHour: notSpent, afterDay: null },
    samplesAfterDay: null,
  };
  const openPage = async () => {
    const opened = await open(await browser.newPage({ viewport }), server, clock);
    figures.drawn.wallMs.push(opened.drawnMs);
    figures.drawn.cpuMs.push(opened.cpuMs);
    return opened;
  };
  try {
    for (let each = 1; each < pages; each++) await (await openPage()).page.close();
    const opened = await openPage();
    figures.tick.afterHour = await spentOnTicks(opened, feed, clock);
    figures.heapMb.afterHour = await heapOf(opened.session);
    if (hours <= 1) return figures;
    await fastForward(opened, feed, clock, (hours - 1) * 3_600);
    figures.tick.afterDay = await spentOnTicks(opened, feed, clock);
    figures.heapMb.afterDay = await heapOf(opened.session);
    figures.samplesAfterDay = samplesOf(run);
    return figures;
  } finally {
    await browser.close();
    const closed = server.close();
    // Whoever has not read the last words by then is cut off.
    clock.advance(1_000);
    await closed;
  }
}

const viewport = { width: 1_200, height: 900 };
const notSpent: Spent = { listenerMs: 0, frameMs: 0, cpuMs: 0 };

function samplesOf(run: LiveRun): number {
  return run.state().timeline.filter(({ type }) => type === 'load').length;
}

interface Opened {
  page: Page;
  session: CDPSession;
  drawnMs: number;
  cpuMs: number;
}

async function open(page: Page, { url }: LiveServer, clock: HandClock): Promise<Opened> {
  const session = await page.context().newCDPSession(page);
  // CPU time of the page's thread, so that a busy machine says something true.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addInitScript(timeListeners);
  // Without the stream the page is loaded and at rest; what comes then is the run alone.
  let letThrough: () => void = () => {};
  const isHeld = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route('**/events', async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.goto(url);
  await page.waitForSelector('#tabs [role=tab]');
  await page.waitForTimeout(300);
  const before = await taskMs(session);
  letThrough();
  clock.advance(1_000);
  await until(page, 'window.seen.some(({ event }) => event === "state")');
  const [state] = (await page.evaluate('window.seen.splice(0)')) as Seen[];
  return { page, session, drawnMs: state!.frameMs, cpuMs: (await taskMs(session)) - before };
}

/** The page's policy forbids code of strings, which is how playwright would wait. */
async function until(page: Page, condition: string): Promise<void> {
  while (!(await page.evaluate(condition))) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** In the page: how long each of its listeners takes, and how long until the frame that shows what it did. */
const timeListeners = `
  window.seen = [];
  const add = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (event, listener) {
    return add.call(this, event, (message) => {
      const from = performance.now();
      listener(message);
      const listenerMs = performance.now() - from;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.seen.push({ event, listenerMs, frameMs: performance.now() - from });
        port2.postMessage(null);
      });
    });
  };
`;

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1_048_576;
}

async function spentOnTicks(
  { page, session }: Opened,
  feed: { second(): void },
  clock: HandClock,
): Promise<Spent> {
  const cpuMs: number[] = [];
  await page.evaluate('window.seen.splice(0)');
  for (let second = 0; second < 30; second++) {
    const before = await taskMs(session);
    await tick(page, feed, clock, 1);
    cpuMs.push((await taskMs(session)) - before);
  }
  const seen = ((await page.evaluate('window.seen.splice(0)')) as Seen[]).filter(
    ({ event }) => event === 'tick',
  );
  return {
    listenerMs: median(seen.map(({ listenerMs }) => listenerMs)),
    frameMs: median(seen.map(({ frameMs }) => frameMs)),
    cpuMs: median(cpuMs),
  };
}

async function tick(page: Page, feed: { second(): void }, clock: HandClock, seconds: number): Promise<void> {
  const before = (await page.evaluate('window.seen.length')) as number;
  for (let second = 0; second < seconds; second++) feed.second();
  clock.advance(1_000);
  await until(page, `window.seen.length > ${before}`);
}

/** Half a minute in each tick: the page hears all of it, and draws it as often as that. */
async function fastForward(
  { page }: Opened,
  feed: { second(): void },
  clock: HandClock,
  seconds: number,
): Promise<void> {
  for (let second = 0; second < seconds; second += 30) await tick(page, feed, clock, 30);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
