import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type LiveServer, openLiveServer } from '../../src/dashboard/server/live-server.ts';
import { hostileState } from './support/hostile-state.ts';

let browser: Browser;
let context: BrowserContext | undefined;
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
  await context?.close();
});

/** The real page, told of a run that stands still. */
async function openPage(options: { reducedStorage?: boolean } = {}): Promise<Page> {
  context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  if (options.reducedStorage === true) {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new Error('this browser keeps nothing');
        },
      });
    });
  }
  const body = `event: state\ndata: ${JSON.stringify(hostileState)}\n\nevent: end\ndata: {}\n\n`;
  await page.route('**/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await page.goto(server.url);
  await drawn(page);
  return page;
}

async function drawn(page: Page): Promise<void> {
  await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
}

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

describe('what somebody chooses on the page', () => {
  it('stays hidden after a reload, where it is a line of a chart', async () => {
    const page = await openPage();
    const line = () => page.locator('#panel-latency .legend button', { hasText: 'p95' });
    await line().click();
    expect(await line().getAttribute('aria-pressed')).toBe('false');
    await page.reload();
    await drawn(page);
    expect(await line().getAttribute('aria-pressed')).toBe('false');
    await line().click();
    await page.reload();
    await drawn(page);
    expect(await line().getAttribute('aria-pressed')).toBe('true');
  });

  it('is dark or light whatever the system has, and after a reload', async () => {
    const page = await openPage();
    const bySystem = await background(page);
    await page.click('#scheme');
    expect(await background(page)).toBe(bySystem);
    await page.click('#scheme');
    const dark = await background(page);
    expect(dark).not.toBe(bySystem);
    await page.reload();
    await drawn(page);
    expect(await background(page)).toBe(dark);
    await page.evaluate(() => localStorage.clear());
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.reload();
    await drawn(page);
    expect(await background(page)).toBe(dark);
    await page.click('#scheme');
    expect(await background(page)).toBe(bySystem);
  });

  it('holds in a browser that keeps nothing, until the page is closed', async () => {
    const page = await openPage({ reducedStorage: true });
    const before = await background(page);
    await page.click('#scheme');
    await page.click('#scheme');
    expect(await background(page)).not.toBe(before);
    await page.locator('#panel-latency .legend button', { hasText: 'p95' }).click();
    await page.click('#tab-statistics');
    await page.click('.chooser summary');
    await page.locator('.chooser input').first().uncheck();
    expect(await page.locator('#view-statistics thead th:visible').count()).toBe(12);
  });

  it('is a view, by arrows, Home and End', async () => {
    const page = await openPage();
    const chosen = () => page.locator('[role=tab][aria-selected=true]').getAttribute('id');
    await page.focus('#tab-overview');
    await page.keyboard.press('End');
    expect(await chosen()).toBe('tab-runs');
    await page.keyboard.press('ArrowRight');
    expect(await chosen()).toBe('tab-overview');
    await page.keyboard.press('ArrowLeft');
    expect(await chosen()).toBe('tab-runs');
    await page.keyboard.press('Home');
    expect(await chosen()).toBe('tab-overview');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tab-overview');
  });

  it('is a mark whose reason is read by keyboard, and a reload finds the page again', async () => {
    const page = await openPage();
    const mark = page.locator('#panel-instances .lane .mark').last();
    await mark.focus();
    expect(await page.locator('#panel-instances .tooltip').textContent()).toContain('«change»');
    await page.keyboard.press('Enter');
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#views');
    await page.reload();
    await drawn(page);
    expect(await page.locator('#connection').isVisible()).toBe(false);
  });

  it('is marked as news until it was looked at', async () => {
    const page = await openPage();
    const marked = () => page.locator('#tab-errors .badge.news').count();
    expect(await marked()).toBe(1);
    expect(await page.locator('#tab-errors').getAttribute('aria-description')).toBe('has news');
    await page.click('#tab-errors');
    expect(await marked()).toBe(0);
    await page.click('#tab-overview');
    expect(await marked()).toBe(0);
  });
});
