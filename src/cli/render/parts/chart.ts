import { plainStyle, type Style } from '../../terminal/style.ts';
import { padEnd, padStart, wrapLine } from '../../terminal/text.ts';
import { cloudTimeLabel } from './event-lines.ts';
import { formatCount } from './value-text.ts';

/** What the chart shows of [fromMs, toMs), cloud time since the origin. */
export interface ChartData {
  fromMs: number;
  toMs: number;
  /** One datapoint a minute, at the minute's start. */
  metric: readonly { atMs: number; value: number }[];
  target: number | null;
  metricLabel: string;
  /** Each holds until the next, the last until `capacityUntilMs`; in order. */
  capacity: readonly { atMs: number; current: number; desired: number }[];
  capacityUntilMs: number;
}

const minuteMs = 60_000;
const axisWidth = 8;
const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * Two panels on one time axis: the metric as columns with the target as a dashed line, and under it the instances as a
 * step line (desired ones dotted where they differ). Lines are at most `width` wide; there are at most `height`; none
 * if there is no room for anything legible.
 */
export function renderChart(
  data: ChartData,
  width: number,
  height: number,
  style: Style = plainStyle,
): string[] {
  const plotWidth = width - axisWidth;
  const heading = wrapLine(data.metricLabel, width);
  // The headings and the time axis leave this for the panels.
  const rows = height - heading.length - 2;
  if (plotWidth < 16 || rows < 5) return [];
  const most = Math.max(1, ...data.capacity.map(({ current, desired }) => Math.max(current, desired)));
  const instanceRows = Math.min(Math.max(2, most), Math.max(2, Math.floor(rows / 2)));
  return [
    ...heading.map(style.dim),
    ...metricPanel(data, plotWidth, rows - instanceRows, style),
    style.dim('instances'),
    ...instancePanel(data, most, plotWidth, instanceRows, style),
    style.dim(timeAxis(data, plotWidth)),
  ];
}

function metricPanel(data: ChartData, width: number, rows: number, style: Style): string[] {
  const { metric, target } = data;
  const top = niceCeiling(Math.max(1, target ?? 0, ...metric.map(({ value }) => value)));
  const columns = metricColumns(data, width);
  const rowOf = (value: number) => rows - 1 - Math.min(rows - 1, Math.floor((value / top) * rows));
  const targetRow = target === null ? -1 : rowOf(target);
  return range(rows).map((row) => {
    const value = row === 0 ? top : row === targetRow ? target : row === rows - 1 ? 0 : null;
    const cells = columns.map((height) => {
      const filled = height === undefined ? 0 : Math.round((height / top) * rows * 8) - (rows - 1 - row) * 8;
      const block = eighths[Math.max(0, Math.min(8, filled))] ?? ' ';
      if (block === ' ') return row === targetRow ? style.yellow('╌') : ' ';
      return target !== null && (height ?? 0) > target ? style.red(block) : style.blue(block);
    });
    return axis(value === null ? '' : axisLabel(value), style) + cells.join('').trimEnd();
  });
}

function instancePanel(data: ChartData, most: number, width: number, rows: number, style: Style): string[] {
  const columns = range(width).map((column) => capacityAt(data, column, width));
  const rowOf = (count: number) =>
    most <= rows ? rows - count : Math.round((1 - count / most) * (rows - 1));
  const clamp = (row: number) => Math.max(0, Math.min(rows - 1, row));
  const lineRows = columns.map((value) => (value === undefined ? undefined : clamp(rowOf(value.current))));
  const wantedRows = columns.map((value) => (value === undefined ? undefined : clamp(rowOf(value.desired))));
  return range(rows).map((row) => {
    const count = countOfRow(row, rows, most);
    const cells = range(width).map((column) => {
      const cell = stepCell(lineRows[column - 1], lineRows[column], row);
      if (cell !== ' ') return style.green(cell);
      return wantedRows[column] === row && lineRows[column] !== row ? style.cyan('┈') : ' ';
    });
    return axis(count === undefined ? '' : axisLabel(count), style) + cells.join('').trimEnd();
  });
}

/** A step line's character in one cell, from the row it comes from and the row it goes on in. */
function stepCell(before: number | undefined, now: number | undefined, row: number): string {
  if (now === undefined) return ' ';
  if (before === undefined || before === now) return row === now ? '─' : ' ';
  if (row === now) return before > now ? '╭' : '╰';
  if (row === before) return before > now ? '╯' : '╮';
  return row > Math.min(before, now) && row < Math.max(before, now) ? '│' : ' ';
}

/** The value shown in each column; a minute as wide as fits, with a gap after it where there is room. */
function metricColumns({ fromMs, toMs, metric }: ChartData, width: number): (number | undefined)[] {
  const columnMs = (toMs - fromMs) / width;
  const gap = columnMs * 3 <= minuteMs;
  const byMinute = new Map(metric.map(({ atMs, value }) => [Math.floor((atMs - fromMs) / minuteMs), value]));
  return range(width).map((column) => {
    const minute = Math.floor((column * columnMs) / minuteMs);
    const isLastOfMinute = Math.floor(((column + 1) * columnMs) / minuteMs) !== minute;
    return gap && isLastOfMinute ? undefined : byMinute.get(minute);
  });
}

function capacityAt({ fromMs, toMs, capacity, capacityUntilMs }: ChartData, column: number, width: number) {
  const columnMs = (toMs - fromMs) / width;
  if (fromMs + column * columnMs >= capacityUntilMs) return undefined;
  const atMs = fromMs + (column + 1) * columnMs;
  return capacity.findLast((step) => step.atMs < atMs);
}

function countOfRow(row: number, rows: number, most: number): number | undefined {
  if (most <= rows) return rows - row <= most ? rows - row : undefined;
  if (row === 0) return most;
  return row === rows - 1 ? 0 : undefined;
}

/** A label every so many minutes, each starting where its minute does. */
function timeAxis({ fromMs, toMs }: ChartData, width: number): string {
  const msPerColumn = (toMs - fromMs) / width;
  const everyMs = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480]
    .map((minutes) => minutes * minuteMs)
    .find((ms) => ms / msPerColumn >= 9);
  if (everyMs === undefined) return '';
  let line = '';
  for (let atMs = Math.ceil(fromMs / everyMs) * everyMs; atMs < toMs; atMs += everyMs) {
    const column = Math.round((atMs - fromMs) / msPerColumn);
    const label = `╵${cloudTimeLabel(atMs)}`;
    if (column + label.length <= width) line = padEnd(line, column) + label;
  }
  return ' '.repeat(axisWidth) + line;
}

/** At most six characters: `99,999`, `120K`, `1.2M`. */
function axisLabel(value: number): string {
  if (value < 99_999.5) return formatCount(Math.round(value));
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
}

function axis(label: string, style: Style): string {
  return style.dim(`${padStart(label, axisWidth - 2)} ${label === '' ? '│' : '┤'}`);
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten: the highest column then ends near the top. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
