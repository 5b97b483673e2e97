import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber, formatUs, formatValue } from '../../src/charts/format.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LiveRun } from '../../src/dashboard/live/live-run.ts';
import { type LiveServer, openLiveServer } from '../../src/dashboard/server/live-server.ts';
import type { CommandContext } from '../../src/experiment/context/context.ts';
import type { LoadOutcome } from '../../src/experiment/contract/outcomes.ts';
import type { LoadOptions } from '../../src/experiment/load/load-options.ts';
import { planLoad } from '../../src/experiment/load/load-plan.ts';
import { measure } from '../../src/experiment/run/measure.ts';
import { type CheckName, checks } from '../../src/record/judgement/checks.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import { eventually } from '../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-live-'));
let browser: Browser;
let service: Server;
let live: LiveServer | undefined;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  let asked = 0;
  service = createServer((request, response) => {
    request.resume();
    asked += 1;
    response.writeHead(asked % 20 === 0 ? 500 : 200, { 'content-type': 'text/plain' });
    response.end('<img src=x onerror=document.title="owned">');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
});

afterAll(async () => {
  await browser?.close();
  service.closeAllConnections();
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await live?.close();
  live = undefined;
});

describe('the live page in a browser', () => {
  it('shows a run as it goes on, and in the end what the record says', async () => {
    const { page, ended, said } = await openRun({ durationMs: 6_000 });
    await expectText(page, '#state', 'running');
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    await page.click('#tab-statistics');
    await eventually(
      'a hundred answers',
      async () => (await countOf(page, '#view-statistics tfoot tr td:nth-child(3)')) > 100,
    );
    const { result, reportPath } = await ended;
    await expectText(page, '#state', 'ended');
    await expectText(page, '#connection', String(reportPath));
    await expectRecord(page, result);
    expect(await page.title()).not.toContain('owned');
    expect(said).toEqual([]);
  });

  it('changes the load, pauses it, resumes it and ends it', async () => {
    const { page, ended } = await openRun({ durationMs: 60_000 });
    await page.fill('#level', '3');
    await page.click('text=Set');
    await expectText(page, '#what', 'users');
    await page.click('text=Pause');
    await expectText(page, '#state', 'paused');
    await page.click('text=Resume');
    await expectText(page, '#state', 'running');
    await page.click('text=Stop');
    const { result } = await ended;
    expect(result.ended?.reason).toBe('asked');
    expect(result.profile).toMatchObject({ changes: [{ users: 3 }, { paused: true }, { users: 3 }] });
  });

  it('has no hole in its charts after a reload, and after being cut off', async () => {
    const { page, ended } = await openRun({ durationMs: 12_000 });
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    await page.reload();
    await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
    await page.context().setOffline(true);
    await page.waitForTimeout(3_000);
    await page.context().setOffline(false);
    const { runDirectory } = await ended;
    await expectText(page, '#state', 'ended');
    await page.click('#panel-offered summary');
    // It is filled once the browser has told that it is open.
    await page.locator('#panel-offered tbody th').first().waitFor();
    const times = await page.locator('#panel-offered tbody th').allTextContents();
    const timeline = readFileSync(join(runDirectory, 'timeline.ndjson'), 'utf8');
    expect(times.length).toBe(timeline.split('\n').filter((line) => line.includes('"type":"load"')).length);
  });

  it('is neither read nor steered by a page of another origin', async () => {
    const { page, ended } = await openRun({ durationMs: 4_000 });
    const target = new URL(page.url()).origin;
    const foreign = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<title>foreign</title>');
    });
    await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done));
    const stranger = await browser.newPage();
    await stranger.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const got = await stranger.evaluate(async (at) => {
      const ask = (path: string, init?: RequestInit) =>
        fetch(at + path, init).then(
          ({ status, type }) => `${type} ${status}`,
          () => 'refused',
        );
      return [
        await ask('/events'),
        await ask('/steer', { method: 'POST', body: '{"type":"stop"}', mode: 'no-cors' }),
        await ask('/steer', {
          method: 'POST',
          body: '{"type":"stop"}',
          headers: { 'content-type': 'application/json' },
        }),
      ];
    }, target);
    foreign.close();
    foreign.closeAllConnections();
    expect(got).toEqual(['refused', 'refused', 'refused']);
    expect((await ended).result.ended?.reason).toBe('duration');
  });
});

interface OpenedRun {
  page: Page;
  ended: Promise<LoadOutcome>;
  said: string[];
}

/** A real load of the service on loopback, with its live page in the browser. */
async function openRun(options: LoadOptions): Promise<OpenedRun> {
  const server = await openLiveServer({ clock: systemClock, port: 0, host: '127.0.0.1' });
  live = server;
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const context: CommandContext = {
    clock: systemClock,
    signal: new AbortController().signal,
    emit() {},
    stateDir,
    ledger: openLedger(stateDir),
    experiment: 'mlbench',
    target: 'local',
    region: 'us-east-1',
    interactive: false,
  };
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/evaluate`;
  const planned = await planLoad(
    { url, users: 10, wait: { kind: 'pacing', periodMs: 50 }, workers: 1, ...options },
    context,
  );
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(server.url);
  let run: LiveRun;
  const ended = measure(
    planned,
    {
      untilStable: false,
      renderReport,
      steering: { attach: (controls) => run.steering.attach(controls) },
      follow: (followed) => {
        run = server.follow(followed);
        return run;
      },
    },
    context,
  ).then(async (outcome) => {
    await server.close();
    live = undefined;
    return outcome;
  });
  await expectText(page, '#state', 'running');
  return { page, ended, said };
}

async function expectRecord(page: Page, result: RunResult): Promise<void> {
  const recorded = JSON.parse(JSON.stringify(result)) as RunResult;
  const { response } = recorded.latencyUs;
  const cells = await page.locator('#view-statistics tfoot tr > *').allTextContents();
  expect(cells.slice(2, 10)).toEqual([
    formatNumber(recorded.requests.succeeded + recorded.requests.failed),
    formatNumber(recorded.requests.failed),
    ...[response.p50, response.p95, response.p99, response.mean, response.min, response.max].map(formatUs),
  ]);
  const tiles = await page.locator('.tile').allTextContents();
  const failed = recorded.requests.failed;
  expect(tiles).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`p99${formatUs(response.p99)}p50 ${formatUs(response.p50)}`),
      expect.stringContaining(`Failed${formatNumber(failed)}`),
      expect.stringContaining(`Measurement${recorded.validity.verdict}`),
      expect.stringContaining(`${formatNumber(recorded.requests.sent)} sent`),
    ]),
  );
  await page.click('#tab-checks');
  const lights = await page.locator('#view-checks li').allTextContents();
  for (const { name, observed, limit } of recorded.validity.checks) {
    const unit = checks[name as CheckName].unit;
    const light = lights.find((text) => new RegExp(`(passed|warning|failed)${name}`).test(text));
    expect(light, name).toContain(formatValue(observed, unit));
    expect(light, name).toContain(formatValue(limit, unit));
  }
  expect(await page.locator('#view-checks b').allTextContents()).toEqual(
    recorded.validity.checks.map(({ name }) => name),
  );
  await page.click('#tab-errors');
  expect(await page.locator('#view-errors tbody td:nth-child(3)').allTextContents()).toEqual(
    recorded.errors.map(({ count }) => formatNumber(count)),
  );
}

async function countOf(page: Page, selector: string): Promise<number> {
  return Number(((await page.locator(selector).first().textContent()) ?? '').replaceAll(',', ''));
}

async function expectText(page: Page, selector: string, text: string): Promise<void> {
  let seen: string | null = null;
  await eventually(
    () => `${selector} says ${seen}, not ${text}`,
    async () => {
      seen = await page.locator(selector).textContent();
      return seen?.includes(text) ?? false;
    },
  );
}
