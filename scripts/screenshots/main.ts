/**
 * Takes the pictures of the live page and of the terminal that the README and docs/ show, of a real `mlbench run` on
 * the stand-in: `npm run screenshots`. Needs Debian's chromium and tmux, and about three minutes.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { buildAll } from '../build.ts';
import { pictureTerminal } from './picture-terminal.ts';
import { startRun } from './start-run.ts';

const images = fileURLToPath(new URL('../../docs/images', import.meta.url));
mkdirSync(images, { recursive: true });
await buildAll();

const folder = mkdtempSync(join(tmpdir(), 'mlbench-screenshots-'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
});
const run = await startRun(folder);
try {
  const { url } = run;
  await whenScaled(browser, url);
  for (const view of ['overview', 'statistics', 'scaling'] as const) {
    await picture({ url, view, name: `live-${view}`, colorScheme: 'light', width: 1_120 });
    await picture({ url, view, name: `live-${view}-dark`, colorScheme: 'dark', width: 1_120 });
  }
  await picture({ url, view: 'overview', name: 'live-phone', colorScheme: 'light', width: 390 });
  await pictureTerminal(browser, run.screen(), join(images, 'terminal.png'));
} finally {
  await browser.close();
  await run.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The demo's fleet goes from one instance to three; then all that there is to see of scaling out is on the page. */
async function whenScaled(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('.tile', { hasText: /^Instances3InService/ }).waitFor({ timeout: 240_000 });
  // What the new instances do to the latencies is seen some seconds later.
  await page.waitForTimeout(8_000);
  await page.close();
}

interface Picture {
  url: string;
  view: 'overview' | 'statistics' | 'scaling';
  name: string;
  colorScheme: 'light' | 'dark';
  width: number;
}

async function picture({ url, view, name, colorScheme, width }: Picture): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(new URL(`?view=${view}`, url).href);
  await page.waitForSelector(`#view-${view}:not([hidden])`);
  await page.locator('#state', { hasText: 'running' }).waitFor();
  if (view === 'overview') await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
  // A phone shows what fits its screen twice; the whole page would be a ribbon.
  const clip = width < 600 ? { clip: { x: 0, y: 0, width, height: 1_700 } } : {};
  await page.screenshot({ path: join(images, `${name}.png`), fullPage: true, ...clip });
  await page.close();
}
