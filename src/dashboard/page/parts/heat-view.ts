import { formatClock, formatNumber, formatUs } from '../../../charts/format.ts';
import { theme } from '../../../charts/page/theme.ts';
import { heatRows, rowStartUs, rowsPerDecade } from '../../live/heat-map.ts';
import type { LiveState } from '../../live/live-shape.ts';
import { element, setText } from './dom.ts';

const heightPx = 168;
/** As the charts above it have: the times stand under one another. */
const leftPx = 64;
const rightPx = 56;

/** Response times as a picture: time to the right, latency upwards, the darker the more requests. */
export function createHeatView(parent: HTMLElement): { show(state: LiveState): void } {
  const canvas = element('canvas', { attributes: { role: 'img' } });
  const told = element('output', { className: 'hint' });
  const figure = element(
    'figure',
    { className: 'panel heat', id: 'panel-heat' },
    element(
      'figcaption',
      { className: 'panel-head' },
      element('h3', { text: 'Response times, all of them' }),
      told,
    ),
    canvas,
  );
  parent.append(figure);
  let latest: LiveState | null = null;
  const draw = () => {
    if (latest !== null) paint(canvas, latest);
  };
  new ResizeObserver(draw).observe(figure);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    if (latest !== null) setText(told, cellWords(latest, canvas, offsetX, offsetY));
  });
  canvas.addEventListener('pointerleave', () => setText(told, ''));
  return {
    show(state) {
      latest = state;
      figure.hidden = state.heat.columns.length === 0;
      canvas.setAttribute('aria-label', describe(state));
      draw();
    },
  };
}

interface Frame {
  width: number;
  fromRow: number;
  toRow: number;
  endMs: number;
}

/** Rows from the first to the last that hold anything. */
function frameOf({ heat, now }: LiveState, canvas: HTMLCanvasElement): Frame {
  let fromRow = heatRows;
  let toRow = 0;
  for (const { cells } of heat.columns) {
    for (let index = 0; index < cells.length; index += 2) {
      fromRow = Math.min(fromRow, cells[index]!);
      toRow = Math.max(toRow, cells[index]!);
    }
  }
  const last = heat.columns.at(-1)?.fromMs ?? 0;
  return {
    width: canvas.clientWidth - leftPx - rightPx,
    fromRow: Math.min(fromRow, toRow),
    toRow: toRow + 1,
    endMs: Math.max(now.elapsedMs, last + heat.columnMs),
  };
}

function paint(canvas: HTMLCanvasElement, state: LiveState): void {
  const scale = devicePixelRatio;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = heightPx * scale;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(scale, scale);
  const { width, fromRow, toRow, endMs } = frameOf(state, canvas);
  if (width <= 0 || toRow <= fromRow) return;
  const { columns, columnMs } = state.heat;
  const most = columns.reduce(
    (found, { cells }) =>
      cells.reduce((max, value, index) => (index % 2 === 1 ? Math.max(max, value) : max), found),
    1,
  );
  const plotPx = heightPx - 22;
  const rowPx = plotPx / (toRow - fromRow);
  context.fillStyle = theme.p99;
  for (const { fromMs, cells } of columns) {
    const x = leftPx + (fromMs / endMs) * width;
    for (let index = 0; index < cells.length; index += 2) {
      // Few beside many must still be seen: what is rare is what people look for.
      context.globalAlpha = 0.12 + 0.88 * (Math.log1p(cells[index + 1]!) / Math.log1p(most));
      const y = plotPx - (cells[index]! - fromRow + 1) * rowPx;
      context.fillRect(x, y, Math.max(1, (columnMs / endMs) * width), Math.max(1, rowPx - 0.5));
    }
  }
  context.globalAlpha = 1;
  writeAxis(context, { fromRow, toRow, rowPx, plotPx });
}

function writeAxis(
  context: CanvasRenderingContext2D,
  { fromRow, toRow, rowPx, plotPx }: { fromRow: number; toRow: number; rowPx: number; plotPx: number },
): void {
  context.fillStyle = theme.muted;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let row = Math.ceil(fromRow / rowsPerDecade) * rowsPerDecade; row <= toRow; row += rowsPerDecade) {
    context.fillText(formatUs(rowStartUs(row)), leftPx - 8, Math.max(6, plotPx - (row - fromRow) * rowPx));
  }
}

function cellWords(state: LiveState, canvas: HTMLCanvasElement, x: number, y: number): string {
  const { width, fromRow, toRow, endMs } = frameOf(state, canvas);
  const atMs = ((x - leftPx) / width) * endMs;
  const row = fromRow + Math.floor(((heightPx - 22 - y) / (heightPx - 22)) * (toRow - fromRow));
  const column = state.heat.columns.findLast(({ fromMs }) => fromMs <= atMs);
  if (atMs < 0 || column === undefined || row < fromRow || row >= toRow) return '';
  const index = column.cells.findIndex((value, at) => at % 2 === 0 && value === row);
  const count = index === -1 ? 0 : column.cells[index + 1]!;
  return `${formatClock(column.fromMs)}: ${formatNumber(count)} between ${formatUs(rowStartUs(row))} and ${formatUs(rowStartUs(row + 1))}`;
}

function describe({ heat }: LiveState): string {
  const total = heat.columns.reduce(
    (sum, { cells }) => sum + cells.reduce((all, value, index) => (index % 2 === 1 ? all + value : all), 0),
    0,
  );
  return `Heat map of the response times of ${formatNumber(total)} requests; the statistics have their percentiles`;
}
