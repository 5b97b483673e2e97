/**
 * How late the load generator's sends leave: Poisson arrivals on one worker against the null server on loopback, with and
 * without polling.
 *
 *   node scripts/build.ts && node scripts/bench-send-lag.ts [seconds]
 */
import { systemClock } from '../src/core/clock.ts';
import { contentOfBytes } from '../src/core/content.ts';
import { startNullServer } from '../src/load/calibration/null-server.ts';
import { runLoad } from '../src/load/run/run-load.ts';

const body = Buffer.alloc(1_024, 'x');
const warmupMs = 1_000;
const seconds = Number(process.argv[2] ?? 10);
const server = await startNullServer();
console.log('  rate/s  precise   lag p50 µs   lag p99 µs   lag max µs   sent/offered   loop lag p99 µs');
for (const rateRps of [1_000, 5_000]) {
  for (const precise of [false, true]) await measure(rateRps, precise);
}
await server.close();

async function measure(rateRps: number, precise: boolean): Promise<void> {
  const { result } = await runLoad(
    {
      destination: { kind: 'url', url: server.url, method: 'POST', headers: {} },
      offered: { model: 'open', arrivals: 'poisson', rateRps, durationMs: warmupMs + seconds * 1_000 },
      seed: 1,
      startAtMs: null,
      warmupMs,
      timeoutMs: 70_000,
      stopTimeoutMs: 10_000,
      maxRequests: null,
      body: contentOfBytes(body, 'body'),
      contentType: 'application/json',
      accept: 'application/json',
      expectations: [],
      connections: 4_096,
      maxSendLagMs: null,
      precise,
      data: null,
      transport: 'raw',
      proxy: null,
      tls: null,
      listenMs: null,
      scenario: null,
      maxRedirects: 0,
      keepAlive: true,
      keepGoing: false,
    },
    {
      clock: systemClock,
      contents: { [contentOfBytes(body, 'body').sha256]: { bytes: body } },
      runId: 'bench',
      observers: [],
      workers: 1,
      signal: new AbortController().signal,
    },
  );
  const { sendLag } = result.latencyUs;
  const cells: [string | number, number][] = [
    [rateRps, 8],
    [precise ? 'yes' : 'no', 9],
    [sendLag.p50 ?? 0, 13],
    [sendLag.p99 ?? 0, 13],
    [sendLag.max ?? 0, 13],
    [(result.requests.sent / result.requests.intended).toFixed(4), 15],
    [result.generator.loopLagUsP99, 18],
  ];
  console.log(cells.map(([cell, width]) => String(cell).padStart(width)).join(''));
}
