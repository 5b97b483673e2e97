import { readTrigger } from '../../../catalog/activity-meaning.ts';
import {
  metricNamed,
  seriesName,
  trackedMetrics,
  usualTracked,
  watchedSeries,
} from '../../../catalog/metrics.ts';
import { alarmSideOf } from '../../../catalog/own-alarms.ts';
import { formatLatencyUs } from '../../../core/units.ts';
import type { WatchFacts } from '../../../observe/watch-state.ts';
import { capacitySteps, trackedKey, usualMetricKey, type WatchState } from '../../../observe/watch-state.ts';
import { lastSeenWords } from '../../../record/fleet/last-seen.ts';
import type { Style } from '../../terminal/style.ts';
import { displayWidth, padEnd, table, wrapLine, wrapLines } from '../../terminal/text.ts';
import { renderChart } from '../parts/chart.ts';
import { activityText, alarmName, cloudTimeLabel, shortReason } from '../parts/event-lines.ts';
import { alarmColour, counts, statusColour } from '../parts/state-text.ts';
import { formatCount } from '../parts/value-text.ts';

export interface WatchMoment {
  facts: Pick<WatchFacts, 'endpointName' | 'variantName' | 'capacityEmulated'> & { timeScale: number };
  /** Cloud time since the origin. */
  cloudTimeMs: number;
  hint: string;
}

type Metric = WatchState['metrics'] extends Map<string, (infer Event)[]> ? Event : never;

const minuteMs = 60_000;
const mostActivities = 4;
/** CloudWatch keeps more, a screen does not: the chart shows so much of the past. */
const mostMinutes = 45;

/**
 * The whole screen of a watch: head, chart, the last minutes' metrics, alarms, activities. Fits `width` and `height`:
 * on a small screen the chart shrinks first, then goes, then older activities. What does not fit the width goes on in
 * the next line.
 */
export function renderWatch(
  state: WatchState,
  moment: WatchMoment,
  width: number,
  height: number,
  style: Style,
): string[] {
  const head = wrapLines(headLines(state, moment, style), width);
  const metrics = metricLines(state, width, style);
  const alarms = alarmLines(state, width, style);
  const foot = ['', ...wrapLine(style.dim(moment.hint), width)];
  const fixed = [...head, ...metrics, ...alarms, ...foot];
  // Reasons take the lines that they need; on a small screen, the oldest activities make room.
  let shown = mostActivities;
  let activities = activityLines(state, shown, width, style);
  while (shown > 1 && fixed.length + activities.length > height)
    activities = activityLines(state, --shown, width, style);
  const room = Math.min(18, height - fixed.length - activities.length - 1);
  const chart = chartLines(state, moment, width, room, style);
  const lines = [...head, ...chart, ...metrics, ...alarms, ...activities, ...foot];
  return lines.length <= height ? lines : [...lines.slice(0, height - 1), ...foot.slice(-1)];
}

function headLines(state: WatchState, { facts, cloudTimeMs }: WatchMoment, style: Style): string[] {
  const capacity = state.capacity.at(-1);
  const remarks = [
    ...(facts.timeScale === 1 ? [] : [`time runs ${facts.timeScale}×`]),
    ...(facts.capacityEmulated ? ['capacity is emulated'] : []),
  ];
  const lastSeen = state.sight.lastSeen();
  const now =
    capacity === undefined
      ? style.dim('asking for the instances …')
      : lastSeen !== null
        ? style.yellow(lastSeenWords(lastSeen))
        : `instances ${style.bold(countsText(capacity, style))}   endpoint ${statusColour(capacity.endpointStatus, style)}`;
  return [
    `${style.bold(facts.endpointName)} ${style.dim(`variant ${facts.variantName}`)}   ${cloudTimeLabel(cloudTimeMs)} since up${remarks.length === 0 ? '' : style.dim(`   ${remarks.join(', ')}`)}`,
    now,
    ...(state.trouble === undefined ? [] : [style.yellow(`no answer: ${state.trouble}`)]),
    ...(state.remark === undefined ? [] : [style.dim(state.remark)]),
    '',
  ];
}

function countsText(capacity: { current: number; desired: number }, style: Style): string {
  return capacity.current === capacity.desired ? counts(capacity) : style.cyan(counts(capacity));
}

function chartLines(
  state: WatchState,
  moment: WatchMoment,
  width: number,
  room: number,
  style: Style,
): string[] {
  const key = trackedKey(state);
  const metric = byMinute(state.metrics.get(key) ?? []);
  // Whole minutes and at least ten, so that columns keep their width while the first ones come in.
  const toMs = Math.max(10, Math.ceil((moment.cloudTimeMs + 1) / minuteMs)) * minuteMs;
  const fromMs = Math.max(0, toMs - mostMinutes * minuteMs);
  const chart = renderChart(
    {
      fromMs,
      toMs,
      metric: metric
        .filter(({ cloudTimeMs }) => cloudTimeMs >= fromMs)
        .map(({ cloudTimeMs, value }) => ({ atMs: cloudTimeMs, value })),
      target: targetOf(state),
      metricLabel: key === usualMetricKey ? trackedMetrics[usualTracked].targetUnit : key,
      // Nothing is known of the minutes to come, nor of those in which nobody saw the fleet.
      capacity: capacitySteps(state),
      capacityUntilMs: state.sight.lastSeen()?.cloudTimeMs ?? moment.cloudTimeMs,
    },
    width,
    room,
    style,
  );
  return chart.length === 0 ? [] : [...chart, ''];
}

/** Wide enough for what an endpoint's usual metrics are called. */
const labelColumns = 16;

const metricRows = watchedSeries.map(({ metric, statistic, label }) => ({
  key: seriesName(metric, statistic, metric.periodSeconds),
  label,
  format: metric.unit === 'Microseconds' ? formatLatencyUs : formatCount,
}));

/** The newest minutes to the right, as many as fit. */
function metricLines(state: WatchState, width: number, style: Style): string[] {
  const minutes = new Map([...state.metrics].map(([key, events]) => [key, byMinute(events)]));
  const times = [...new Set([...minutes.values()].flat().map(({ cloudTimeMs }) => cloudTimeMs))].sort(
    (a, b) => a - b,
  );
  if (times.length === 0)
    return [
      ...wrapLine(style.dim('metrics: none yet; CloudWatch shows them a minute or more late'), width),
      '',
    ];
  for (let most = Math.max(1, Math.floor((width - 16) / 9)); most > 1; most--) {
    const lines = metricTable(state, minutes, times.slice(-most), width, style);
    if (lines.every((line) => displayWidth(line) <= width)) return [...lines, ''];
  }
  return [...wrapLines(metricTable(state, minutes, times.slice(-1), width, style), width), ''];
}

function metricTable(
  state: WatchState,
  minutes: ReadonlyMap<string, readonly { cloudTimeMs: number; value: number }[]>,
  shown: readonly number[],
  width: number,
  style: Style,
): string[] {
  const known = new Set(metricRows.map(({ key }) => key));
  const others = [...minutes.keys()]
    .filter((key) => !known.has(key))
    .map((key) => ({ key, label: labelOf(key), format: formatCount }));
  const series = [...metricRows, ...others].flatMap(({ key, label, format }) => {
    const byTime = new Map(minutes.get(key)?.map(({ cloudTimeMs, value }) => [cloudTimeMs, value]));
    if (byTime.size === 0) return [];
    const target = targetOf(state, key);
    const cells = shown.map((time) => {
      const value = byTime.get(time);
      if (value === undefined) return style.dim('–');
      const over = target !== null && value > target;
      return over ? style.red(format(value)) : format(value);
    });
    return [{ label, cells }];
  });
  const head = [
    style.dim('minute'),
    ...shown.map((time) => style.dim(cloudTimeLabel(Math.round(time / minuteMs) * minuteMs))),
  ];
  const right = new Set(shown.map((_, index) => index + 1));
  // A name that is longer than its column has lines of its own above its values: nothing of it is cut.
  const isLong = (label: string) => displayWidth(label) > labelColumns;
  const rows = series.map(({ label, cells }) => [isLong(label) ? '' : style.dim(label), ...cells]);
  const [headLine = '', ...lines] = table([head, ...rows], right);
  const above = (label: string) => (isLong(label) ? wrapLine(label, width).map(style.dim) : []);
  return [headLine, ...series.flatMap(({ label }, index) => [...above(label), lines[index] ?? ''])];
}

function alarmLines(state: WatchState, width: number, style: Style): string[] {
  const alarms = [...state.alarms.values()].sort((a, b) => a.side.localeCompare(b.side));
  const outlook = wrapLines(state.outlook?.lines.map(({ text }) => text) ?? [], width).map((line) =>
    style.dim(line),
  );
  if (alarms.length === 0) return [style.dim('no alarms'), ...outlook];
  const datapoints = ({ alarmName: name }: { alarmName: string }) => {
    const text = state.outlook?.alarms.get(name);
    return text === undefined ? '' : `${text}  `;
  };
  const rows = alarms.flatMap((alarm) => {
    const since = style.dim(`since ${cloudTimeLabel(alarm.cloudTimeMs)}`);
    const text = `${padEnd(alarmName(alarm), 11)} ${padEnd(alarmColour(alarm.state, style), 17)} ${since}  ${datapoints(alarm)}${style.dim(shortReason(alarm.reason))}`;
    return wrapLine(text, width, 12);
  });
  return [...rows, ...outlook];
}

function activityLines(state: WatchState, most: number, width: number, style: Style): string[] {
  const activities = [...state.activities.values()].sort((a, b) => b.startedMs - a.startedMs).slice(0, most);
  if (activities.length === 0) return ['', style.dim('no scaling activities yet')];
  return [
    '',
    ...activities.flatMap(({ last, startedMs }) => {
      const status =
        last.status === 'Failed'
          ? style.red(last.status)
          : last.status === 'InProgress'
            ? style.cyan(last.status)
            : last.status;
      const label = style.dim(cloudTimeLabel(startedMs));
      const text = `${label}  ${padEnd(status, 11)} ${activityText(last)} ${style.dim(last.explanation ?? shortCause(last.cause))}`;
      const indent = Math.max(0, 8 - displayWidth(label));
      return wrapLine(' '.repeat(indent) + text, width, 10 - indent);
    }),
  ];
}

/** `monitor alarm …-AlarmHigh-… in state ALARM triggered policy P` → `(alarm high)`. */
function shortCause(cause: string): string {
  if (cause === '') return '';
  const trigger = readTrigger(cause);
  const side = trigger?.by === 'alarm' ? alarmSideOf(trigger.alarmName) : 'other';
  return side === 'other' ? `(${cause})` : `(alarm ${side})`;
}

function targetOf(state: WatchState, key = trackedKey(state)): number | null {
  return state.metrics.get(key)?.findLast(({ target }) => target !== null)?.target ?? null;
}

/**
 * `in flight 10s` of `ConcurrentRequestsPerModel Maximum 10s`: what else alarms look at must fit beside the minutes.
 */
function labelOf(key: string): string {
  const [name = '', statistic = '', period] = key.split(' ');
  const short = metricNamed(name)?.shortName ?? `${name} ${statistic}`;
  return period === undefined ? short : `${short} ${period}`;
}

/** Of shorter periods the highest of each minute, at the minute's start. */
function byMinute(events: readonly Metric[]): { cloudTimeMs: number; value: number }[] {
  if (events.every(({ periodSeconds }) => periodSeconds >= 60)) return [...events];
  const minutes = new Map<number, number>();
  for (const { at, cloudTimeMs, value } of events) {
    const startMs = cloudTimeMs - (Date.parse(at) % minuteMs);
    minutes.set(startMs, Math.max(value, minutes.get(startMs) ?? value));
  }
  return [...minutes].map(([cloudTimeMs, value]) => ({ cloudTimeMs, value }));
}
