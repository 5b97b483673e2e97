import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/render-report.ts';
import { hostileRun, type SampleRun, sampleRun } from '../report/sample-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-report-'));
/** Set to keep pictures of what the tests saw. */
const pictures = process.env['MLBENCH_TEST_PICTURES'];
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

describe('a report in a browser', () => {
  it('opens from a file without an error, a warning or a request', async () => {
    const { page, said, asked } = await open(sampleRun());
    await picture(page, 'light');
    expect(said).toEqual([]);
    expect(asked).toEqual([page.url()]);
  });

  it('draws every chart, under one another on the same time axis', async () => {
    const { page } = await open(sampleRun());
    expect(await page.locator('.panel h3').allTextContents()).toEqual([
      'Offered, sent and answered',
      'Users',
      'Response time',
      'Errors',
      'InvocationsPerInstance',
      'Instances',
    ]);
    for (const ink of await inkShares(page)) expect(ink).toBeGreaterThan(0.005);
    const boxes = await page.locator('.u-over').evaluateAll((plots) =>
      plots.map((plot) => {
        const { left, width } = plot.getBoundingClientRect();
        return `${Math.round(left)} ${Math.round(width)}`;
      }),
    );
    expect(new Set(boxes).size).toBe(1);
  });

  it('marks each event over the instances, in order, and lists it in words', async () => {
    const { page } = await open(sampleRun());
    const badges = await page.locator('.lane .mark').allTextContents();
    expect(badges[0]).toBe('1');
    expect(badges.at(-1)).toBe('12');
    expect(await page.locator('.events tbody tr').count()).toBe(12);
    await expectText(page, '#event-2', 'AlarmHigh goes into ALARM');
  });

  it('shows what a mark means on hover, and points at its row; a row points at its mark', async () => {
    const { page } = await open(sampleRun());
    const badge = page.locator('.lane .mark', { hasText: '2–3' });
    await badge.hover();
    await expectText(page, '.tooltip', 'AlarmHigh goes into ALARM');
    await expectText(page, '.tooltip', 'Setting desired instance count to 4');
    expect(await page.locator('#event-2.pointed, #event-3.pointed').count()).toBe(2);
    await picture(page, 'tooltip');
    await page.locator('#event-4').hover();
    expect(await page.locator('.lane .mark.pointed').textContent()).toBe('4');
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
  });

  it('reads every chart at the cursor, by pointer and by arrow keys', async () => {
    const { page } = await open(sampleRun());
    const plot = page.locator('#panel-latency .u-over');
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
    const values = () => page.locator('.legend output').allTextContents();
    expect((await values()).filter((value) => value !== '')).toHaveLength((await values()).length);
    expect(await page.locator('#cursor-time').textContent()).toMatch(/^13:2\d · wall 0:40$/);
    await picture(page, 'cursor');
    await page.locator('#panel-latency').focus();
    const before = await values();
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    expect(await values()).not.toEqual(before);
  });

  it('zooms every chart by dragging in one, and shows all again', async () => {
    const { page } = await open(sampleRun());
    const plot = page.locator('#panel-offered .u-over');
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    const before = await page.locator('.lane .mark').count();
    await page.mouse.move(box.x + box.width * 0.08, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.11, box.y + 50, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(() => !document.getElementById('zoom-reset')?.hidden);
    await picture(page, 'zoomed');
    expect(await page.locator('.lane .mark').count()).toBeLessThan(before);
    // Two that were one mark before now stand apart.
    expect(await page.locator('.lane .mark', { hasText: /^2$/ }).count()).toBe(1);
    await page.locator('#zoom-reset').click();
    expect(await page.locator('.lane .mark').count()).toBe(before);
    expect(await page.locator('#zoom-reset').isHidden()).toBe(true);
  });

  it('hides and shows a line', async () => {
    const { page } = await open(sampleRun());
    const before = await inkShares(page);
    await page.locator('#panel-instances .legend button', { hasText: 'In service' }).click();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect((await inkShares(page)).at(-1)).toBeLessThan(before.at(-1)!);
  });

  it('follows the dark scheme, in its charts too, even when it changes', async () => {
    const { page } = await open(sampleRun(), { colorScheme: 'dark' });
    await picture(page, 'dark');
    const dark = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const darkInk = await brightestInk(page);
    await page.emulateMedia({ colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await expect.poll(background).not.toBe(dark);
    // The charts are drawn anew once the page has heard of it, some frames later.
    await expect.poll(() => brightestInk(page)).not.toBe(darkInk);
  });

  it.each([360, 768])('fits a viewport of %d pixels', async (width) => {
    const { page } = await open(sampleRun(), { width });
    await picture(page, `width-${width}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    for (const ink of await inkShares(page)) expect(ink).toBeGreaterThan(0.005);
  });

  it.each([320, 390, 768, 1_280])('keeps its marks apart in a viewport of %d pixels', async (width) => {
    for (const timeScale of [20, 120]) {
      const { page } = await open(sampleRun({ timeScale }), { width });
      const boxes = await page.locator('.lane .mark').evaluateAll((marks) =>
        marks.map((mark) => {
          const { left, right } = mark.getBoundingClientRect();
          return { left, right };
        }),
      );
      boxes.sort((a, b) => a.left - b.left);
      for (const [index, { left }] of boxes.entries())
        if (index > 0) expect(left).toBeGreaterThanOrEqual(boxes[index - 1]!.right);
    }
  });

  it('draws one second as dots, and arrivals without users', async () => {
    const { result, timeline } = sampleRun();
    const first = timeline.filter((event) => event.type === 'load').slice(0, 1);
    const one = await open({ result: { ...result, scaling: {}, durationSeconds: 1 }, timeline: first });
    const dots = () =>
      one.page.locator('.uplot canvas').evaluateAll((canvases) =>
        (canvases as HTMLCanvasElement[]).map((canvas) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Map<string, number>();
          for (let index = 0; index < data.length; index += 4)
            if (data[index + 3]! > 200) {
              const colour = `${data[index]} ${data[index + 1]} ${data[index + 2]}`;
              colours.set(colour, (colours.get(colour) ?? 0) + 1);
            }
          return Object.fromEntries(colours);
        }),
      );
    const [offered, users, latency] = await dots();
    // The colours of the answered rate, of the users and of p99, each a dot of some pixels.
    expect(offered?.['31 111 139']).toBeGreaterThan(10);
    expect(users?.['138 148 163']).toBeGreaterThan(10);
    expect(latency?.['27 79 145']).toBeGreaterThan(10);
    const arrivals = timeline.map((event) =>
      event.type === 'load' ? { ...event, users: 0, intendedRateRps: 200 } : event,
    );
    const { page } = await open({ result, timeline: arrivals });
    expect(await page.locator('.panel h3').allTextContents()).not.toContain('Users');
  });

  it('says of users who do not pace themselves what they sent, not what they might have', async () => {
    const { result, timeline } = sampleRun();
    const profile = { ...result.profile, wait: { kind: 'none' } } as typeof result.profile;
    const { page } = await open({ result: { ...result, profile }, timeline });
    expect(await page.locator('.panel h3').first().textContent()).toBe('Sent and answered');
  });

  it('follows its window when that is resized', async () => {
    const { page } = await open(sampleRun());
    await page.setViewportSize({ width: 600, height: 800 });
    await page.waitForFunction(() => (document.querySelector('.uplot')?.clientWidth ?? 999) < 600);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(600);
  });

  it('prints on white, whatever the scheme', async () => {
    const { page } = await open(sampleRun(), { colorScheme: 'dark' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(29, 33, 38)');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    await picture(page, 'print');
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(20_000);
    // As many sheets as the page is long, but for what a chart or a table does not tear apart.
    const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    await page.setViewportSize({ width: 688, height: 1_017 });
    const length = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(sheets).toBeLessThanOrEqual(Math.ceil((length / 1_017) * 1.15));
  });

  it('keeps hostile strings inert', async () => {
    const { page, said, asked } = await open(hostileRun());
    await page.locator('.lane .mark').first().hover();
    await picture(page, 'hostile');
    expect(await page.title()).not.toBe('owned');
    expect(await page.locator('img').count()).toBe(0);
    expect(said).toEqual([]);
    expect(asked).toEqual([page.url()]);
    await expectText(page, '.errors', '</script><script>');
  });

  it('draws what there is of a run that nobody watched, and of one without an answer', async () => {
    const { result, timeline } = sampleRun();
    const unwatched = await open({ result, timeline: timeline.filter((event) => event.type === 'load') });
    expect(await unwatched.page.locator('.panel').count()).toBe(4);
    const silent = timeline.map((event) => (event.type === 'load' ? { ...event, responseUs: null } : event));
    const unanswered = await open({ result, timeline: silent });
    expect(await unanswered.page.locator('.panel').count()).toBe(6);
    const empty = await open({ result, timeline: [] });
    expect(await empty.page.locator('.panel').count()).toBe(0);
    expect([...unwatched.said, ...unanswered.said, ...empty.said]).toEqual([]);
  });

  it('stays quick with hours of seconds', async () => {
    const { page, said } = await open(sampleRun({ loadSeconds: 4 * 3_600 }));
    const drawMs = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      return entry!.domContentLoadedEventEnd - entry!.responseEnd;
    });
    expect(drawMs).toBeLessThan(3_000);
    expect(said).toEqual([]);
  });
});

interface Opened {
  page: Page;
  /** Console messages, page errors and violations of the page's policy. */
  said: string[];
  asked: string[];
}

let written = 0;

async function open(
  { result, timeline }: SampleRun,
  how: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<Opened> {
  const path = join(folder, `report-${written++}.html`);
  writeFileSync(path, renderReport(result, timeline));
  const page = await browser.newPage({
    viewport: { width: how.width ?? 1_200, height: 900 },
    colorScheme: how.colorScheme ?? 'light',
  });
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.push(request.url());
  });
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  return { page, said, asked };
}

/** Of each chart, the share of its pixels that something was drawn on. */
async function inkShares(page: Page): Promise<number[]> {
  return await page.locator('.uplot canvas').evaluateAll((canvases) =>
    (canvases as HTMLCanvasElement[]).map((canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let inked = 0;
      for (let index = 3; index < data.length; index += 4) if (data[index]! > 0) inked += 1;
      return (inked * 4) / data.length;
    }),
  );
}

async function brightestInk(page: Page): Promise<number> {
  return await page
    .locator('.uplot canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let brightest = 0;
      for (let index = 0; index < data.length; index += 4) {
        if (data[index + 3]! > 200)
          brightest = Math.max(brightest, data[index]! + data[index + 1]! + data[index + 2]!);
      }
      return brightest;
    });
}

async function expectText(page: Page, selector: string, text: string): Promise<void> {
  expect(await page.locator(selector).first().textContent()).toContain(text);
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: name !== 'cursor' });
}
