import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { unprintable } from '../../src/core/printable.ts';
import type { RunList } from '../../src/dashboard/runs/run-line.ts';
import { type LiveServer, openLiveServer } from '../../src/dashboard/server/live-server.ts';
import { hostile, hostileState } from './support/hostile-state.ts';

let browser: Browser;
let server: LiveServer;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  server = await openLiveServer({ clock: systemClock, port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

const runs: RunList = {
  runs: [
    {
      ...{ runId: hostile('run'), problem: null, files: ['report.html'] },
      summary: {
        ...{
          startedAt: new Date(0).toISOString(),
          durationSeconds: 3,
          destination: hostile('past destination', 900),
        },
        ...{ load: hostile('past load'), sent: 1, failed: 0, p99Us: 1, validity: 'VALID', service: 'MET' },
      },
    },
    { runId: hostile('broken run'), summary: null, problem: hostile('problem'), files: [] },
  ],
  more: 0,
  folder: hostile('folder'),
};

/** Which text of an enemy's each view shows. */
const shown: Record<string, readonly string[]> = {
  overview: ['metric'],
  statistics: ['method', 'name', 'second name'],
  errors: ['message of a failure', 'name of a failure'],
  exceptions: ['exception', 'traceback'],
  workers: [],
  checks: ['check', 'expectation'],
  scaling: [
    'fleet',
    'wait',
    'alarm',
    'reason of an alarm',
    'activity',
    'cause',
    'change',
    'status of an endpoint',
  ],
  runs: ['run', 'past destination', 'past load', 'broken run', 'problem', 'folder'],
};
const header = ['experiment', 'destination', 'description', 'change by hand', 'why'];

/** The real page from the real server; the run that it is told of is written by an enemy. */
async function openPage(width: number): Promise<{ page: Page; said: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 844 } });
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  const part = { name: 'up', message: hostile('part') };
  const body = `event: state\ndata: ${JSON.stringify(hostileState)}\n\nevent: part\ndata: ${JSON.stringify(part)}\n\nevent: end\ndata: {}\n\n`;
  await page.route('**/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await page.route('**/runs', (route) =>
    route.fulfill({ contentType: 'application/json', body: JSON.stringify(runs) }),
  );
  await page.route('**/form', (route) => route.fulfill({ contentType: 'application/json', body: 'null' }));
  await page.goto(server.url);
  await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
  return { page, said };
}

/** All that can be seen or heard of the page: its text, and what its attributes say. */
function wordsOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const spoken = ['title', 'aria-label', 'placeholder', 'alt', 'href'];
    const attributes = [...document.querySelectorAll('*')].flatMap((element) =>
      spoken.map((name) => element.getAttribute(name) ?? ''),
    );
    return [document.title, document.body.textContent, ...attributes].join('\n');
  });
}

describe('what an enemy has written', () => {
  it.each(Object.entries(shown))('is text on the page, in the view %s', async (view, fields) => {
    const { page, said } = await openPage(390);
    await page.click(`#tab-${view}`);
    await page.waitForFunction(
      (mark) => document.body.textContent.includes(mark),
      `«${fields[0] ?? header[0]}»`,
    );
    const words = await wordsOf(page);
    for (const field of [...header, ...fields]) expect(words, field).toContain(`«${field}»<img src=x`);
    const hidden = words.replaceAll('\n', ' ').match(unprintable) ?? [];
    expect(hidden.map((character) => character.codePointAt(0)!.toString(16))).toEqual([]);
    expect(words).toContain('\\u202egnp.exe');
    expect(await page.locator('main img, main script, main iframe').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(said).toEqual([]);
  });

  it('is cut where it is long, and whole when somebody opens it by keyboard', async () => {
    const { page } = await openPage(1_200);
    await page.click('#tab-statistics');
    const name = page
      .locator('#view-statistics tbody tr')
      .first()
      .locator('th, td')
      .filter({ hasText: '«name»' });
    const closed = await name.boundingBox();
    expect(closed!.height).toBeLessThan(200);
    await name.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect((await name.boundingBox())!.height).toBeGreaterThan(closed!.height);
    expect(await name.textContent()).toMatch(/w{5000}$/);
  });
});
