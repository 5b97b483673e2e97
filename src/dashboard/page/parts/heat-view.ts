import { formatClock, formatNumber, formatUs } from '../../../charts/format.ts';
import { rowStartUs } from '../../live/heat-map.ts';
import type { HeatColumn, LiveState } from '../../live/live-shape.ts';
import { element, setText } from './dom.ts';
import { type HeatFrame, mostIn, paintHeat, rowsOf } from './heat-paint.ts';
import { createHeatTable } from './heat-table.ts';
import { schemeChanged } from './scheme.ts';

const heightPx = 160;

/** Response times as a picture: time to the right, as in the charts above it; latency upwards. */
export interface HeatView {
  show(state: LiveState): void;
  /** The charts show this stretch; cloud seconds. */
  viewed(fromS: number, toS: number): void;
  /** Where the charts' cursor is; null: nowhere. */
  pointed(t: number | null): void;
  canvas: HTMLCanvasElement;
}

/** @param point told the cloud second that the pointer is at; null: it has left */
export function createHeatView(parent: HTMLElement, point: (t: number | null) => void): HeatView {
  const canvas = element('canvas', { attributes: { role: 'img' } });
  const cursor = element('div', { className: 'heat-cursor' });
  const told = element('output', { className: 'hint' });
  const legend = element('span', { className: 'heat-legend hint' });
  const table = createHeatTable();
  const figure = figureOf(
    told,
    legend,
    element('div', { className: 'heat-plot' }, canvas, cursor),
    table.place,
  );
  parent.append(figure);
  let latest: LiveState | null = null;
  let view = { fromS: 0, toS: 1 };
  const frame = () => frameOf(latest!, canvas, view);
  const draw = onceATask(() => {
    if (latest === null || canvas.clientWidth === 0) return;
    paintHeat(canvas, latest.heat, frame());
    setText(legend, `the strongest colour: ${formatNumber(mostIn(latest.heat.columns))} requests`);
  });
  new ResizeObserver(() => hasOtherWidth(canvas) && draw()).observe(figure);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  document.addEventListener(schemeChanged, draw);
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    if (latest === null) return;
    const at = frame();
    const atMs = at.fromMs + ((offsetX - at.leftPx) / at.widthPx) * (at.toMs - at.fromMs);
    point((atMs * latest.facts.timeScale) / 1_000);
    setText(told, cellWords(latest, at, atMs, offsetY));
  });
  canvas.addEventListener('pointerleave', () => {
    point(null);
    setText(told, '');
  });
  return {
    canvas,
    show(state) {
      latest = state;
      figure.hidden = state.heat.columns.length === 0;
      canvas.setAttribute('aria-label', describe(state));
      table.show(state.heat.columns);
      draw();
    },
    viewed(fromS, toS) {
      view = { fromS, toS };
      draw();
    },
    pointed(t) {
      const isIn = t !== null && latest !== null && t >= view.fromS && t <= view.toS;
      cursor.hidden = !isIn;
      if (!isIn) return;
      const { leftPx, widthPx, fromMs, toMs } = frame();
      const atMs = (t * 1_000) / latest!.facts.timeScale;
      cursor.style.left = `${leftPx + ((atMs - fromMs) / (toMs - fromMs)) * widthPx}px`;
      if (told.textContent === '' || !canvas.matches(':hover')) setText(told, columnWords(latest!, atMs));
    },
  };
}

/** A second's news bring other cells and another stretch of time: both are drawn at once, when all is said. */
function onceATask(action: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      action();
    });
  };
}

function figureOf(
  told: HTMLElement,
  legend: HTMLElement,
  plot: HTMLElement,
  table: HTMLElement,
): HTMLElement {
  const title = element('h3', { text: 'All response times' });
  return element(
    'figure',
    { className: 'panel heat', id: 'panel-heat' },
    element('figcaption', { className: 'panel-head' }, title, told, legend),
    plot,
    table,
  );
}

/** Than when it was painted last: an observer tells the first size, too. */
function hasOtherWidth(canvas: HTMLCanvasElement): boolean {
  return canvas.width !== Math.floor(canvas.clientWidth * devicePixelRatio);
}

/** Left and right as the charts have. */
function frameOf(
  { heat, facts }: LiveState,
  canvas: HTMLCanvasElement,
  { fromS, toS }: { fromS: number; toS: number },
): HeatFrame {
  const [leftPx, rightPx] = canvas.clientWidth < 560 ? [54, 38] : [64, 56];
  return {
    ...{ leftPx, heightPx, ...rowsOf(heat) },
    widthPx: canvas.clientWidth - leftPx - rightPx,
    fromMs: (fromS * 1_000) / facts.timeScale,
    toMs: (toS * 1_000) / facts.timeScale,
  };
}

function columnAt({ heat }: LiveState, atMs: number): HeatColumn | undefined {
  return heat.columns.findLast(({ fromMs }) => fromMs <= atMs && atMs < fromMs + heat.columnMs);
}

function columnWords(state: LiveState, atMs: number): string {
  const column = columnAt(state, atMs);
  if (column === undefined) return '';
  return `${formatClock(column.fromMs)}: ${formatNumber(requestsIn(column))} requests`;
}

function cellWords(state: LiveState, frame: HeatFrame, atMs: number, y: number): string {
  const { fromRow, toRow } = frame;
  const row = fromRow + Math.floor(((heightPx - y) / heightPx) * (toRow - fromRow));
  const column = columnAt(state, atMs);
  if (column === undefined || row < fromRow || row >= toRow) return '';
  const index = column.cells.findIndex((value, at) => at % 2 === 0 && value === row);
  const count = index === -1 ? 0 : column.cells[index + 1]!;
  return `${formatClock(column.fromMs)}: ${formatNumber(count)} between ${formatUs(rowStartUs(row))} and ${formatUs(rowStartUs(row + 1))}`;
}

function requestsIn({ cells }: HeatColumn): number {
  return cells.reduce((sum, value, index) => (index % 2 === 1 ? sum + value : sum), 0);
}

function describe({ heat }: LiveState): string {
  const total = heat.columns.reduce((sum, column) => sum + requestsIn(column), 0);
  return `Heat map of the response times of ${formatNumber(total)} requests; the table below has its figures`;
}
