import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { Workplace } from '../e2e/command-line.ts';
import { eventually } from '../support/eventually.ts';

let browser: Browser;
let service: Server;
let address: string;
let asked: number;
let workplace: Workplace;
let dashboard: ReturnType<Workplace['start']>;
let url: string;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  service = createServer((request, response) => {
    request.resume();
    asked += 1;
    response.end('ok');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/evaluate`;
});

beforeEach(async () => {
  asked = 0;
  workplace = new Workplace();
  dashboard = workplace.start('dashboard', address, '--port', '0');
  await eventually('it listens', () => /^http:\S+$/m.test(dashboard.output()));
  url = /^http:\S+$/m.exec(dashboard.output())![0];
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await workplace.dispose();
});

afterAll(async () => {
  await browser?.close();
  service.closeAllConnections();
  service.close();
});

describe('the dashboard in a browser', () => {
  it('starts a load, changes it, and shows what comes of it, for two runs in a row', async () => {
    const page = await openPage();
    await fill(page, { users: '5', wait: 'pacing:50ms', duration: '60s', expect: 'p99<5s' });
    await expectText(page, '#plan', '5 users');
    await expectText(page, '#command', '--users 5 --wait pacing:50ms --duration 60s --url');
    await page.click('#start');
    await expectText(page, '#state', 'running');
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    await page.fill('#level', '9');
    await page.click('text=Set');
    await expectText(page, '#tiles', '9 users');
    await page.click('text=Pause');
    await expectText(page, '#state', 'paused');
    await page.click('text=Resume');
    await page.click('#tab-statistics');
    await eventually('answers are counted', async () => (await answered(page)) > 100);
    await page.click('text=Reset figures');
    await expectText(page, '#controls', 'Figures count from');
    await eventually('they are counted anew', async () => (await answered(page)) < 100);
    await page.click('text=Stop');
    await expectText(page, '#state', 'ended');
    const first = await recordOf(page);
    expect(first.profile).toMatchObject({ changes: [{ users: 9 }, { paused: true }, { users: 9 }] });
    // At its end the page shows the whole run again.
    expect(await answered(page)).toBe(first.requests.succeeded);
    expect(first.requests.sent).toBe(asked);

    await page.click('#tab-start');
    await fill(page, { users: '2', duration: '2s', expect: '' });
    await page.click('#start');
    await expectText(page, '#state', 'running');
    await expectText(page, '#state', 'ended');
    const second = await recordOf(page);
    expect(second.runId).not.toBe(first.runId);
  });

  it('gives a run to take away: locust’s tables, the record, and a report that cannot steer', async () => {
    const page = await openPage();
    await fill(page, { users: '3', wait: 'pacing:50ms', duration: '3s' });
    await page.click('#start');
    await expectText(page, '#state', 'ended');
    const result = await recordOf(page);
    await page.click('#tab-runs');
    const stats = await downloadOf(page, 'stats.csv');
    expect(stats).toContain(`GET,/evaluate,${result.requests.succeeded},0,`);
    expect(JSON.parse(await downloadOf(page, 'result.json'))).toMatchObject({ runId: result.runId });
    expect(await downloadOf(page, 'response-time.hgrm')).toContain('Percentile');
    expect(await downloadOf(page, 'report.html')).toContain('<!doctype html>');
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.click('text=Open the report'),
    ]);
    await report.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    expect(await report.evaluate(() => origin)).toBe('null');
    const seen = await report.evaluate((at) => fetch(at).then(String, () => 'refused'), `${url}runs`);
    expect(seen).toBe('refused');
  });

  it('refuses in the words of the command line, beside the field', async () => {
    const page = await openPage();
    await fill(page, { users: 'many', duration: '2s' });
    await page.click('#start');
    await expectText(page, '#field-users-problem', '--users: "many" is not a number');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-users');
    const typed = await workplace.mlbench('load', '--users', 'many', address);
    expect(typed.exitCode).toBe(2);
    expect(typed.stderr).toContain('--users: "many" is not a number');
    await fill(page, { users: '', rate: '5', wait: 'none' });
    await expectText(page, '#start-form', '--wait');
    expect(asked).toBe(0);
  });

  it('is one dashboard on two pages, and has one run at a time', async () => {
    const [one, other] = [await openPage(), await openPage()];
    await fill(one, { users: '2', duration: '60s' });
    await one.click('#start');
    await expectText(one, '#state', 'running');
    await expectText(other, '#state', 'running');
    await fill(other, { users: '4', duration: '60s' });
    await other.click('#start');
    await expectText(other, '#form-problem', 'a run goes on');
    await one.fill('#level', '6');
    await other.fill('#level', '7');
    await one.click('text=Set');
    await expectText(other, '#tiles', '6 users');
    await other.click('text=Set');
    await expectText(one, '#tiles', '7 users');
    await one.click('text=Stop');
    await expectText(other, '#state', 'ended');
  });

  it('shows every second after ten seconds offline', { timeout: 90_000 }, async () => {
    const page = await openPage();
    await fill(page, { users: '2', duration: '18s' });
    await page.click('#start');
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    await page.context().setOffline(true);
    await page.waitForTimeout(10_000);
    await page.context().setOffline(false);
    await expectText(page, '#state', 'ended');
    const { runId } = await recordOf(page);
    const timeline = readFileSync(workplace.path('.mlbench', 'runs', runId, 'timeline.ndjson'), 'utf8');
    await page.click('#tab-overview');
    await page.click('#panel-offered summary');
    const seconds = timeline.split('\n').filter((line) => line.includes('"type":"load"')).length;
    await eventually(
      'each second has its line in the table',
      async () => (await page.locator('#panel-offered tbody th').count()) === seconds,
    );
  });

  it('is started and stopped by no page of another origin', async () => {
    const page = await openPage();
    await fill(page, { users: '2', duration: '60s' });
    await page.click('#start');
    await expectText(page, '#state', 'running');
    const foreign = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<title>foreign</title>');
    });
    await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done));
    const stranger = await browser.newPage();
    await stranger.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const got = await stranger.evaluate(async (at) => {
      const send = async (path: string, init: RequestInit) =>
        fetch(at + path, init).then(
          ({ type, status }) => `${type} ${status}`,
          () => 'refused',
        );
      const json = { 'content-type': 'application/json' };
      return [
        await send('steer', { method: 'POST', headers: json, body: '{"type":"stop"}' }),
        await send('steer', { method: 'POST', mode: 'no-cors', body: '{"type":"stop"}' }),
        await send('start', { method: 'POST', headers: json, body: '{"values":{"users":["9"]}}' }),
        await send('runs', {}),
        await send('form', {}),
      ];
    }, url);
    foreign.close();
    foreign.closeAllConnections();
    expect(got).toEqual(Array(5).fill('refused'));
    await expectText(page, '#state', 'running');
  });

  it('ends the load with itself, and keeps its record', async () => {
    const page = await openPage();
    await fill(page, { users: '2', duration: '60s' });
    await page.click('#start');
    await expectText(page, '#state', 'running');
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    dashboard.child.kill('SIGINT');
    const { exitCode, stdout } = await dashboard.finished;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^http:\S+\n$/);
    expect(dashboard.output()).toContain('its record is');
    await expectText(page, '#connection', 'The run has ended: the report is');
  });
});

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
  await page.goto(url);
  await page.waitForSelector('#start-form');
  return page;
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  await page.click('#tab-start');
  for (const [key, text] of Object.entries(values)) await page.fill(`#field-${key}`, text);
}

async function recordOf(page: Page): Promise<RunResult> {
  const said = (await page.locator('#connection').textContent()) ?? '';
  const runId = /runs\/([^/]+)\/report\.html/.exec(said)?.[1];
  return workplace.readJson<RunResult>('.mlbench', 'runs', String(runId), 'result.json');
}

async function downloadOf(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.runs li').first().locator(`a:text-is("${name}")`).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

async function answered(page: Page): Promise<number> {
  const text = await page.locator('#view-statistics tfoot tr td:nth-child(3)').first().textContent();
  return Number((text ?? '').replaceAll(',', ''));
}

async function expectText(page: Page, selector: string, text: string): Promise<void> {
  let seen: string | null = null;
  await eventually(
    () => `${selector} says ${seen}, not ${text}`,
    async () => {
      seen = await page.locator(selector).textContent();
      return seen?.includes(text) ?? false;
    },
    30_000,
  );
}
