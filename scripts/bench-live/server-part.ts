import { LiveRun } from '../../src/dashboard/live/live-run.ts';
import { createFeed, madeRun } from './made-run.ts';

export interface ServerFigures {
  names: number;
  seconds: number;
  /** CPU of what a page adds, in ms a second of the run: its tick made and written as text. */
  tickCpuMs: { mean: number; max: number };
  tickBytes: { mean: number; max: number };
  /** Of the whole at the end. */
  stateBytes: number;
  stateCpuMs: number;
  /** What a follower costs a second while nobody looks on. */
  unseenCpuMs: number;
}

/** What the server does for one page, without the network: 20 names, an hour. */
export function measureServer(names: number, seconds: number): ServerFigures {
  const run = new LiveRun(madeRun(seconds * 1_000), () => {});
  const feed = createFeed(run, {
    names,
    perName: Math.max(1, Math.floor(200 / names)),
    durationMs: seconds * 1_000,
  });
  run.state();
  const ticks: { bytes: number; cpuMs: number }[] = [];
  for (let second = 0; second < seconds; second++) {
    feed.second();
    const before = cpuMsNow();
    // As the stream writes it.
    const text = `id: ${second}\nevent: tick\ndata: ${JSON.stringify(run.tick())}\n\n`;
    ticks.push({ cpuMs: cpuMsNow() - before, bytes: Buffer.byteLength(text) });
  }
  const before = cpuMsNow();
  const stateBytes = Buffer.byteLength(JSON.stringify(run.state()));
  return {
    ...{ names, seconds, stateBytes, stateCpuMs: cpuMsNow() - before },
    tickCpuMs: meanAndMax(ticks.map(({ cpuMs }) => cpuMs)),
    tickBytes: meanAndMax(ticks.map(({ bytes }) => bytes)),
    unseenCpuMs: measureUnseen(names, seconds),
  };
}

/** The same seconds told to a follower that nobody asks, beside the same told to none. */
function measureUnseen(names: number, seconds: number): number {
  const told = Math.min(seconds, 600);
  const run = new LiveRun(madeRun(told * 1_000), () => run.forgetNews());
  let spentMs = 0;
  const timed = {
    record: (event: Parameters<LiveRun['record']>[0]) => timedCall(() => run.record(event)),
    observe: (event: Parameters<LiveRun['observe']>[0]) => timedCall(() => run.observe(event)),
  };
  const timedCall = (call: () => void) => {
    const before = cpuMsNow();
    call();
    spentMs += cpuMsNow() - before;
  };
  const feed = createFeed(timed, {
    names,
    perName: Math.max(1, Math.floor(200 / names)),
    durationMs: told * 1_000,
  });
  for (let second = 0; second < told; second++) feed.second();
  return spentMs / told;
}

function cpuMsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function meanAndMax(values: readonly number[]): { mean: number; max: number } {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
    max: values.reduce((most, value) => Math.max(most, value), 0),
  };
}
