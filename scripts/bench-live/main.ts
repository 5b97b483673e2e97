/**
 * Measures the live page: its server, the page in a Chromium, and what both cost the load.
 *
 *   npm run bench:live-page -- [--parts server,names,page,streams,unseen] [--hours 5] [--blocks 20] [--json FILE]
 *
 * It needs Chromium at /usr/bin/chromium; everything stays on the loopback interface. `--hours 1` leaves the day out.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { buildAll } from '../build.ts';
import { measureStreams, measureUnseenLoad } from './load-part.ts';
import { measurePage, median } from './page-part.ts';
import { measureServer } from './server-part.ts';

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'server,names,page,streams,unseen' },
    hours: { type: 'string', default: '5' },
    blocks: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});
const parts = values.parts.split(',');
const found: Record<string, unknown> = { loadAverageBefore: loadavg()[0] };
await buildAll();
console.log(`load average ${loadavg()[0]!.toFixed(1)}; Node ${process.version}`);
if (parts.includes('server')) sayServer('server', 20, 3_600);
if (parts.includes('names')) sayServer('names', 2_000, 120);
if (parts.includes('page')) await sayPage();
if (parts.includes('streams')) await sayStreams();
if (parts.includes('unseen')) await sayUnseen();
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ ...found, loadAverageAfter: loadavg()[0] }, null, 2)}\n`);
}

function sayServer(part: string, names: number, seconds: number): void {
  const figures = measureServer(names, seconds);
  found[part] = figures;
  const { tickBytes, tickCpuMs, stateBytes, stateCpuMs, unseenCpuMs } = figures;
  say(`${names} names, ${seconds} s`, [
    [
      'CPU of a tick, mean',
      `${tickCpuMs.mean.toFixed(1)} ms (${(tickCpuMs.mean / 10).toFixed(2)} % of a core)`,
    ],
    ['bytes of a tick, mean and most', `${Math.round(tickBytes.mean)}, ${tickBytes.max}`],
    ['all of the run, at its end', `${stateBytes} bytes, ${stateCpuMs.toFixed(1)} ms`],
    ['a second that nobody looks at', `${unseenCpuMs.toFixed(2)} ms`],
  ]);
}

async function sayPage(): Promise<void> {
  const figures = await measurePage({ names: 20, pages: 6, hours: Number(values.hours) });
  found['page'] = figures;
  const { drawn, heapMb, tick } = figures;
  const spent = ({ listenerMs, frameMs, cpuMs }: (typeof tick)['afterHour']) =>
    `${listenerMs.toFixed(1)} ms, ${frameMs.toFixed(1)} ms to its frame, CPU ${cpuMs.toFixed(1)} ms`;
  say('a page, 60 minutes of 20 names', [
    ['from the state to its frame', `${median(drawn.wallMs).toFixed(0)} ms (${spread(drawn.wallMs)})`],
    ['CPU of that', `${median(drawn.cpuMs).toFixed(0)} ms (${spread(drawn.cpuMs)})`],
    ['heap', `${heapMb.afterHour.toFixed(1)} MB`],
    ['a tick', spent(tick.afterHour)],
    ...(tick.afterDay === null
      ? []
      : ([
          [`heap after ${values.hours} h`, `${heapMb.afterDay!.toFixed(1)} MB`],
          [`a tick after ${values.hours} h`, spent(tick.afterDay)],
          ['load samples kept', String(figures.samplesAfterDay)],
        ] as const)),
  ]);
}

async function sayStreams(): Promise<void> {
  const figures = await measureStreams(Number(values.blocks), 500);
  found['streams'] = figures;
  const { withUs, withoutUs } = figures;
  say(`send lag's p99 at 500/s, ${figures.blocks} blocks each`, [
    ['without pages', `${median(withoutUs)} µs (${spread(withoutUs)})`],
    ['with 50 streams', `${median(withUs)} µs (${spread(withUs)})`],
    ['may differ by', `${Math.max(500, Math.round(median(withoutUs) / 5))} µs`],
  ]);
}

async function sayUnseen(): Promise<void> {
  const figures = await measureUnseenLoad(10);
  found['unseen'] = figures;
  const { withUs, withoutUs, ratio } = figures;
  say(`CPU a request, 64 users, ${figures.rounds} rounds each`, [
    ['without a follower', `${median(withoutUs).toFixed(2)} µs (${spread(withoutUs, 2)})`],
    ['with one, and no page', `${median(withUs).toFixed(2)} µs (${spread(withUs, 2)})`],
    ['ratio', ratio.toFixed(3)],
  ]);
}

function say(title: string, rows: readonly (readonly [string, string])[]): void {
  console.log(`\n${title}`);
  for (const [what, value] of rows) console.log(`  ${what.padEnd(34)}${value}`);
}

function spread(figures: readonly number[], digits = 0): string {
  return `${Math.min(...figures).toFixed(digits)}–${Math.max(...figures).toFixed(digits)}`;
}
