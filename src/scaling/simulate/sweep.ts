/** Many settings against one load: the grid, what each costs and misses, and which are worth a thought. */
import { userError } from '../../core/errors.ts';
import { parseDurationMs } from '../../core/units.ts';
import type { SimulationSummary } from './spec.ts';

/** What a sweep may vary. Cooldowns are seconds. */
const sweepKeys = ['target', 'scaleOutCooldown', 'scaleInCooldown', 'min', 'max', 'instances'] as const;
type SweepKey = (typeof sweepKeys)[number];

export type SweepAxes = Partial<Record<SweepKey, readonly number[]>>;
export type SweepPoint = Partial<Record<SweepKey, number>>;

const mostPoints = 10_000;
const remedy = 'write it like target=40..120:10,scaleOutCooldown=60,300';

/**
 * `target=40..120:10,scaleOutCooldown=60,300` → every value of each key, once; a range holds both ends where the step
 * meets them.
 * @throws MlbenchError `bad-sweep` (exit code 2)
 */
export function parseSweep(text: string, name = '--sweep'): SweepAxes {
  const axes: Partial<Record<SweepKey, number[]>> = {};
  let key: SweepKey | undefined;
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    if (equals >= 0) {
      key = keyOf(part.slice(0, equals).trim(), name);
      if (axes[key])
        throw userError('bad-sweep', `${name}: ${key} is given twice`, 'name it once, with all its values');
      axes[key] = [];
    }
    if (key === undefined) throw userError('bad-sweep', `${name}: "${text}" names nothing to vary`, remedy);
    const values = readValues(part.slice(equals + 1).trim(), key, name);
    axes[key] = [...new Set([...(axes[key] ?? []), ...values])];
  }
  const points = Object.values(axes).reduce((product, values) => product * values.length, 1);
  if (points > mostPoints)
    throw userError(
      'bad-sweep',
      `${name}: ${points} combinations are more than ${mostPoints}`,
      'take larger steps',
    );
  return axes;
}

/** Every combination; the last key varies fastest. */
export function pointsOf(axes: SweepAxes): SweepPoint[] {
  let points: SweepPoint[] = [{}];
  for (const [key, values] of Object.entries(axes))
    points = points.flatMap((point) => values.map((value) => ({ ...point, [key]: value })));
  return points;
}

interface Judged {
  summary: Pick<SimulationSummary, 'sloMissShare' | 'instances'>;
}

/**
 * Those that no other beats: none costs as little or less and misses as few or fewer, one of them truly. Cheapest
 * first.
 */
export function paretoFront<Candidate extends Judged>(candidates: readonly Candidate[]): Candidate[] {
  const sorted = [...candidates].sort((a, b) => costOf(a) - costOf(b) || missesOf(a) - missesOf(b));
  const front: Candidate[] = [];
  for (const candidate of sorted) {
    const last = front.at(-1);
    if (!last || missesOf(candidate) < missesOf(last)) front.push(candidate);
  }
  return front;
}

/** The cheapest of those that miss no more than `allowedMissShare`; where none does, the one that misses least. */
export function winnerOf<Candidate extends Judged>(
  candidates: readonly Candidate[],
  allowedMissShare: number,
): Candidate | undefined {
  const front = paretoFront(candidates);
  return front.find((candidate) => missesOf(candidate) <= allowedMissShare) ?? front.at(-1);
}

/** Instances cost alike, so instance-hours order candidates as their price does. */
function costOf({ summary }: Judged): number {
  return Number(summary.instances.hours.toFixed(9));
}

/** Rounded, lest two ways to the same sum make a front of one. */
function missesOf({ summary }: Judged): number {
  return Number(summary.sloMissShare.toFixed(9));
}

function keyOf(text: string, name: string): SweepKey {
  const found = sweepKeys.find((key) => key === text);
  if (found) return found;
  throw userError('bad-sweep', `${name}: "${text}" cannot be varied`, `vary ${sweepKeys.join(', ')}`);
}

function readValues(text: string, key: SweepKey, name: string): number[] {
  const range = /^([^.:]+(?:\.\d+)?)\.\.([^:]+):(.+)$/.exec(text);
  if (!range) return [readValue(text, key, name)];
  const [from, to, by] = range.slice(1, 4).map((part) => readValue(part, key, name)) as [
    number,
    number,
    number,
  ];
  if (to < from || by <= 0)
    throw userError('bad-sweep', `${name}: "${text}" is no range`, 'write FROM..TO:STEP, such as 40..120:10');
  if ((to - from) / by > mostPoints)
    throw userError('bad-sweep', `${name}: "${text}" has too many steps`, 'take a larger step');
  const count = Math.floor((to - from) / by + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => Number((from + index * by).toPrecision(12)));
}

function readValue(text: string, key: SweepKey, name: string): number {
  const value =
    key.endsWith('Cooldown') && !/^\d+$/.test(text) ? parseDurationMs(text, name) / 1_000 : Number(text);
  const whole = key !== 'target';
  const least = key.endsWith('Cooldown') ? 0 : whole ? 1 : Number.MIN_VALUE;
  if (text !== '' && Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value)))
    return value;
  throw userError('bad-sweep', `${name}: "${text}" is no value of ${key}`, remedy);
}
