/**
 * Takes the README's pictures of a report, light and dark: `node scripts/picture-report.ts .mlbench/runs/RUN`.
 * Needs Debian's chromium.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { readRecord } from '../src/record/read-record.ts';
import { renderReport } from '../src/report/render-report.ts';
import { buildAll } from './build.ts';

const run = process.argv[2];
if (!run) throw new Error('name a run: node scripts/picture-report.ts .mlbench/runs/RUN');
const images = fileURLToPath(new URL('../docs/images', import.meta.url));
mkdirSync(images, { recursive: true });

await buildAll();
const { result, timeline } = readRecord(run, '.mlbench');
const folder = mkdtempSync(join(tmpdir(), 'mlbench-picture-'));
const page = join(folder, 'report.html');
writeFileSync(page, renderReport(result, timeline));

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
});
for (const colorScheme of ['light', 'dark'] as const) {
  const view = await browser.newPage({ viewport: { width: 1_120, height: 900 }, colorScheme });
  await view.goto(pathToFileURL(page).href);
  await view.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
  const charts = await view.locator('#charts').boundingBox();
  const panels = await view.locator('#panels').boundingBox();
  if (!charts || !panels) throw new Error('the report has no charts');
  await view.screenshot({
    path: join(images, colorScheme === 'light' ? 'report.png' : 'report-dark.png'),
    fullPage: true,
    clip: { x: 0, y: charts.y - 24, width: 1_120, height: panels.y + panels.height - charts.y + 48 },
  });
}
await browser.close();
rmSync(folder, { recursive: true });
