import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from '../e2e/command-line.ts';
import { eventually } from '../support/eventually.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let service: Server;
let workplace: Workplace;
let url: string;

/** One run with everything in it, for all looks at it: names, failures, exceptions, a missed expectation. */
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  let asked = 0;
  service = createServer((request, response) => {
    request.resume();
    asked += 1;
    response.statusCode = asked % 10 === 0 ? 500 : 200;
    response.end('no');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/evaluate`;
  workplace = new Workplace();
  const { output } = workplace.start('dashboard', address, '--port', '0');
  await eventually('it listens', () => /^http:\S+$/m.test(output()));
  url = /^http:\S+$/m.exec(output())![0];
  await fetch(new URL('/start', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      values: {
        ...{ url: [address], users: ['5'], wait: ['pacing:50ms'], duration: ['4s'] },
        expect: ['errors<1%', 'p99<10s'],
      },
    }),
  });
  await eventually('it has ended', () => /has ended/.test(output()));
});

afterAll(async () => {
  await browser?.close();
  service.closeAllConnections();
  service.close();
  await workplace.dispose();
});

const views = [
  'start',
  'overview',
  'statistics',
  'errors',
  'exceptions',
  'workers',
  'checks',
  'scaling',
  'runs',
];

async function openPage(look: { colorScheme: 'light' | 'dark'; width: number }): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: look.colorScheme,
    viewport: { width: look.width, height: 844 },
    // Its own scripts are all that the page lets in.
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.goto(`${url}?view=overview`);
  await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
  await page.evaluate(axeSource);
  return page;
}

async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe.each([
  { colorScheme: 'light', width: 1_200 },
  { colorScheme: 'dark', width: 1_200 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const)('the live page, $colorScheme and $width px wide', (look) => {
  it('has nothing serious in any of its views, for axe', async () => {
    const page = await openPage(look);
    for (const view of views) {
      await page.click(`#tab-${view}`);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      expect(await faultsOf(page), view).toEqual([]);
    }
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    expect(await faultsOf(page), 'keys').toEqual([]);
    await page.context().close();
  });

  it('is not wider than its window', async () => {
    const page = await openPage(look);
    for (const view of views) {
      await page.click(`#tab-${view}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, view).toBeLessThanOrEqual(look.width);
    }
    await page.context().close();
  });
});
