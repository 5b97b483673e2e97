import { readFileSync } from 'node:fs';
import { userError } from '../core/errors.ts';
import { parseDurationMs } from '../core/units.ts';
import type { ClosedProfile, Ramp, Wait } from '../load/profile.ts';
import type { LoadPoint, OfferedLoad } from '../scaling/simulate/offered-load.ts';
import { defaultLoadOptions } from './load-options.ts';
import type { SimulatedLoadOptions } from './simulate-options.ts';

/**
 * The load that the flags describe, as the simulation takes it; its durations are cloud time.
 * @throws MlbenchError `contradiction`, `bad-rate`, `bad-trace` (exit code 2)
 */
export function offeredLoad(options: SimulatedLoadOptions): OfferedLoad {
  refuseMixtures(options);
  const arrivals = options.arrivals ?? 'constant';
  if (options.traceFile !== undefined) {
    const points = tracePoints(readArrivals(options.traceFile), options.durationMs);
    return { model: { kind: 'open', arrivals }, points };
  }
  const { users, rateRps, stages, durationMs = defaultLoadOptions.durationMs } = options;
  if (rateRps !== undefined || (stages && users === undefined)) {
    const from = rateRps ?? 0;
    const points = stages ? stagePoints(from, stages) : level(from, durationMs);
    return { model: { kind: 'open', arrivals }, points };
  }
  const count = users ?? defaultLoadOptions.users;
  const ramp = options.ramp ?? { kind: 'over', durationMs: stages ? 0 : Math.min(30_000, durationMs / 10) };
  return {
    model: closedModel(options.wait ?? defaultLoadOptions.wait),
    points: stages ? stagePoints(count, stages) : rampPoints(count, ramp, durationMs),
  };
}

/** Whether any flag says what is offered. */
export function namesLoad({ users, rateRps, stages, traceFile }: SimulatedLoadOptions): boolean {
  return [users, rateRps, stages, traceFile].some((value) => value !== undefined);
}

export function closedModel(wait: Wait): OfferedLoad['model'] {
  const paused = (meanMs: number): OfferedLoad['model'] => ({
    kind: 'closed',
    wait: { kind: 'pause', meanMs },
  });
  switch (wait.kind) {
    case 'none':
      return paused(0);
    case 'constant':
      return paused(wait.waitMs);
    case 'between':
      return paused((wait.lowMs + wait.highMs) / 2);
    case 'pacing':
      return { kind: 'closed', wait: { kind: 'pacing', meanMs: wait.periodMs } };
    case 'throughput':
      return { kind: 'closed', wait: { kind: 'pacing', meanMs: 1_000 / wait.rateRps } };
  }
}

/** `1m:100,5m:1000,1m:0`: in each stage, linearly to its level. A stage of `0s` is a jump. */
export function parseStages(text: string, name = '--stages'): { durationMs: number; level: number }[] {
  const remedy = 'write stages like 1m:100,5m:1000,1m:0: in 1m to 100, in 5m to 1000, in 1m to 0';
  const stages = text.split(',').map((part) => {
    const [, duration, level] = /^\s*([0-9a-z.]+):(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    if (duration === undefined || level === undefined)
      throw userError('bad-stages', `${name}: "${part.trim()}" is not a stage`, remedy);
    return { durationMs: parseDurationMs(duration, name), level: Number(level) };
  });
  if (stages.every((stage) => stage.durationMs === 0) || stages.every((stage) => stage.level === 0))
    throw userError('bad-stages', `${name}: "${text}" offers nothing`, remedy);
  return stages;
}

function level(value: number, durationMs: number): LoadPoint[] {
  if (value > 0)
    return [
      { atMs: 0, level: value },
      { atMs: durationMs, level: value },
    ];
  throw userError(
    'bad-rate',
    '--rate 0 would never send a request',
    'pass a rate above 0, such as --rate 100',
  );
}

function stagePoints(from: number, stages: readonly { durationMs: number; level: number }[]): LoadPoint[] {
  const points: LoadPoint[] = [{ atMs: 0, level: from }];
  let atMs = 0;
  for (const stage of stages) {
    atMs += stage.durationMs;
    points.push({ atMs, level: stage.level });
  }
  return points;
}

function rampPoints(users: ClosedProfile['users'], ramp: Ramp, durationMs: number): LoadPoint[] {
  const rampMs = Math.min(
    durationMs,
    ramp.kind === 'over' ? ramp.durationMs : (users / ramp.usersPerSecond) * 1_000,
  );
  const reached = ramp.kind === 'over' ? users : Math.min(users, (ramp.usersPerSecond * durationMs) / 1_000);
  return [
    { atMs: 0, level: rampMs > 0 ? 0 : users },
    { atMs: rampMs, level: reached },
    { atMs: durationMs, level: reached },
  ];
}

/** Arrivals counted in seconds, or in minutes where the trace is longer than four hours: as steps. */
function tracePoints(arrivalsMs: readonly number[], limitMs: number | undefined): LoadPoint[] {
  const lastMs = Math.min(arrivalsMs.at(-1) ?? 0, limitMs ?? Number.POSITIVE_INFINITY);
  const binMs = lastMs > 4 * 3_600_000 ? 60_000 : 1_000;
  const counts = new Array<number>(Math.floor(lastMs / binMs) + 1).fill(0);
  for (const atMs of arrivalsMs) if (atMs <= lastMs) counts[Math.floor(atMs / binMs)]! += 1;
  return counts.flatMap((count, bin) => {
    const value = (count * 1_000) / binMs;
    return [
      { atMs: bin * binMs, level: value },
      { atMs: (bin + 1) * binMs, level: value },
    ];
  });
}

/**
 * One arrival a line, in order of time: `timestamp` or `timestamp,payload`; seconds from the start, seconds of the Unix epoch
 * or ISO 8601. Empty lines, lines that begin with `#` and a heading are passed over.
 */
function readArrivals(file: string): number[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw userError(
      'bad-trace',
      `--trace ${file} cannot be read: ${reason}`,
      'name a file of timestamps',
      error,
    );
  }
  const arrivals: number[] = [];
  let firstMs: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const stamp = (line.split(',', 1)[0] ?? '').trim().replace(/^"|"$/g, '');
    if (stamp === '' || stamp.startsWith('#')) continue;
    const atMs = /^\d+(\.\d+)?$/.test(stamp) ? Number(stamp) * 1_000 : Date.parse(stamp);
    if (Number.isNaN(atMs) && arrivals.length === 0) continue;
    firstMs ??= atMs >= epochFromMs ? atMs : 0;
    const sinceMs = atMs - firstMs;
    if (Number.isNaN(atMs) || sinceMs < (arrivals.at(-1) ?? 0))
      throw userError(
        'bad-trace',
        `--trace ${file}, line ${index + 1}: "${stamp}" is no later timestamp`,
        'write seconds from the start, epoch seconds or ISO 8601, in order of time',
      );
    arrivals.push(sinceMs);
  }
  if (arrivals.length > 0) return arrivals;
  throw userError('bad-trace', `--trace ${file} holds no arrival`, 'write one timestamp a line');
}

/** 2001: whatever is later is a date and not a time since the start. */
const epochFromMs = 1_000_000_000_000;

function refuseMixtures(options: SimulatedLoadOptions): void {
  const kinds = [
    ...(options.users === undefined ? [] : [`--users ${options.users}`]),
    ...(options.rateRps === undefined ? [] : [`--rate ${options.rateRps}`]),
    ...(options.traceFile === undefined ? [] : [`--trace ${options.traceFile}`]),
  ];
  if (kinds.length > 1)
    throw userError('contradiction', `${kinds.join(' and ')} are different loads`, 'keep one of them');
  if (options.stages && (options.durationMs !== undefined || options.traceFile !== undefined))
    throw userError(
      'contradiction',
      '--stages say how long it lasts already',
      'leave out --duration and --trace',
    );
  if (options.rateRps !== undefined && (options.wait || options.ramp))
    throw userError('contradiction', '--wait and --ramp are of users, --rate knows none', 'leave them out');
}
