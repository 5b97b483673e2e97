import type { ChartData, MetricSeries } from '../chart-shape.ts';
import { formatNumber, formatUs } from '../format.ts';
import type { ColourName } from './theme.ts';

/** One chart of the stack: what it shows, not how it is drawn. */
export interface PanelSpec {
  id: string;
  title: string;
  heightPx: number;
  t: number[];
  series: SeriesSpec[];
  left: AxisSpec;
  /** Horizontal lines of the left axis. */
  limits: { value: number; label: string }[];
  showsAlarms: boolean;
  showsMarks: boolean;
  /** Under the cloud's clock, where the two differ. */
  showsWallTime: boolean;
  /** Series whose difference is shaded: what is wanted and not there yet. */
  gap?: [upper: number, lower: number];
}

export interface SeriesSpec {
  label: string;
  values: (number | null)[];
  colour: ColourName;
  shape: 'line' | 'step';
  /** A point's value holds until the next. */
  holds?: true;
  widthPx: number;
  dash?: number[];
  /** Opacity of the area under it. */
  fill?: number;
  write(value: number): string;
}

export interface AxisSpec {
  label: string;
  kind: 'linear' | 'log' | 'count';
  write(value: number): string;
}

export function panelsOf(data: ChartData): PanelSpec[] {
  const panels = [
    ...(data.load.t.length > 0 ? loadPanels(data) : []),
    ...data.metrics.map(metricPanel),
    ...(data.capacity.t.length > 0 ? [instancePanel(data)] : []),
  ];
  // Said once, at the foot of the stack.
  const last = panels.at(-1);
  if (last) last.showsWallTime = true;
  return panels;
}

/** Arrivals have no users, and a chart of none says nothing. */
function loadPanels(data: ChartData): PanelSpec[] {
  const hasUsers = data.load.users.some((users) => users > 0);
  return [offeredPanel(data), ...(hasUsers ? [usersPanel(data)] : []), latencyPanel(data), errorPanel(data)];
}

/** One axis: a shortfall is one only if both lines are requests a second. */
function offeredPanel({ load }: ChartData): PanelSpec {
  const rate = (value: number) => `${formatNumber(value)}/s`;
  const isWanted = load.offeredIs === 'wanted';
  return {
    ...basis('offered', isWanted ? 'Offered, sent and answered' : 'Sent and answered', 140, load.t),
    left: { label: 'requests/s', kind: 'linear', write: formatNumber },
    series: [
      {
        ...line(isWanted ? 'Offered' : 'Sent', load.offeredRate, 'target'),
        dash: [5, 4],
        write: rate,
      },
      ...(isWanted ? [{ ...line('Sent', load.sentRate, 'users' as const), write: rate }] : []),
      { ...line('Answered', load.rate, 'rate'), write: rate },
    ],
  };
}

function usersPanel({ load }: ChartData): PanelSpec {
  return {
    ...basis('users', 'Users', 92, load.t),
    left: { label: '', kind: 'count', write: formatNumber },
    series: [{ ...line('Users', load.users, 'users'), fill: 0.1, write: formatNumber }],
  };
}

function latencyPanel({ load, limits }: ChartData): PanelSpec {
  const ms = (value: number) => formatUs(value * 1_000);
  return {
    ...basis('latency', 'Response time', 220, load.t),
    left: { label: 'log scale', kind: 'log', write: ms },
    series: [
      { ...line('max', load.max, 'max'), widthPx: 1, dash: [2, 3], write: ms },
      { ...line('p99', load.p99, 'p99'), widthPx: 2, write: ms },
      { ...line('p95', load.p95, 'p95'), write: ms },
      { ...line('p50', load.p50, 'p50'), write: ms },
    ],
    limits: limits.map(({ percentile, limitMs }) => ({
      value: limitMs,
      label: `${percentile} < ${ms(limitMs)}`,
    })),
  };
}

function errorPanel({ load }: ChartData): PanelSpec {
  const none = load.failedRate.every((value) => value === 0);
  return {
    ...basis('errors', none ? 'No errors' : 'Errors', none ? 66 : 90, load.t),
    left: { label: 'failed/s', kind: 'linear', write: formatNumber },
    series: [
      {
        ...line('Failed', load.failedRate, 'error'),
        shape: 'step',
        holds: true,
        fill: 0.25,
        write: (value) => `${formatNumber(value)}/s`,
      },
    ],
  };
}

function metricPanel(metric: MetricSeries, index: number): PanelSpec {
  const { t, value, target } = heldOverPeriods(metric);
  const hasTarget = target.some((one) => one !== null);
  const period = metric.periodSeconds === 60 ? 'a minute' : `${metric.periodSeconds} s`;
  return {
    ...basis(`metric-${index}`, metric.name, 150, t),
    left: { label: `${metric.statistic}, ${period}`, kind: 'linear', write: formatNumber },
    showsAlarms: true,
    series: [
      ...(hasTarget
        ? [
            {
              ...line('Target value', target, 'target'),
              holds: true as const,
              dash: [6, 4],
              write: formatNumber,
            },
          ]
        : []),
      { ...line(metric.statistic, value, 'metric'), holds: true, fill: 0.12, write: formatNumber },
    ],
  };
}

function instancePanel({ capacity }: ChartData): PanelSpec {
  return {
    ...basis('instances', 'Instances', 150, capacity.t),
    left: { label: '', kind: 'count', write: formatNumber },
    showsAlarms: true,
    showsMarks: true,
    series: [
      {
        ...line('Desired', capacity.desired, 'desired'),
        shape: 'step',
        holds: true,
        dash: [5, 4],
        write: formatNumber,
      },
      {
        ...line('In service', capacity.current, 'current'),
        shape: 'step',
        holds: true,
        widthPx: 2,
        fill: 0.18,
        write: formatNumber,
      },
    ],
    gap: [1, 2],
  };
}

/** A value holds for its whole period, and nothing is drawn across a period without one. */
function heldOverPeriods(metric: MetricSeries) {
  const held = { t: [] as number[], value: [] as (number | null)[], target: [] as (number | null)[] };
  metric.t.forEach((t, index) => {
    const end = t + metric.periodSeconds;
    const next = metric.t[index + 1];
    const value = metric.value[index] ?? null;
    const target = metric.target[index] ?? null;
    held.t.push(t);
    held.value.push(value);
    held.target.push(target);
    const until = next === undefined ? end : Math.min(next, end);
    // uPlot wants strictly ascending times.
    held.t.push(until - 0.002);
    held.value.push(value);
    held.target.push(target);
    if (next !== undefined && next > end + 1) {
      held.t.push(until - 0.001);
      held.value.push(null);
      held.target.push(null);
    }
  });
  return held;
}

function basis(id: string, title: string, heightPx: number, t: number[]) {
  return { id, title, heightPx, t, limits: [], showsAlarms: false, showsMarks: false, showsWallTime: false };
}

function line(label: string, values: (number | null)[], colour: ColourName) {
  return { label, values, colour, shape: 'line' as const, widthPx: 1.5 };
}
