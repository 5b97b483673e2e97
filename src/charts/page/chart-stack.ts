import type uPlot from 'uplot';
import type { ChartData } from '../chart-shape.ts';
import { formatClock } from '../format.ts';
import { createEventLane, type EventLane } from './event-lane.ts';
import { createHiddenLines, type HiddenLines } from './hidden-lines.ts';
import { pointedAt } from './overlays.ts';
import { createPanel, type PanelView } from './panel-view.ts';
import { type PanelSpec, panelsOf } from './panels.ts';
import type { PicturedChart } from './picture.ts';
import type { PlotListeners } from './plot.ts';
import { readTheme, theme } from './theme.ts';

/** Charts under one another, on one time axis, with one cursor and one zoom. */
export interface ChartStack {
  /** Draws another state of the same run. What is zoomed into stays in view. */
  show(data: ChartData): void;
  /** Moves the cursor of all charts to a time, in seconds; null: away. */
  pointAt(t: number | null): void;
  /** For a picture of them. */
  pictured(): PicturedChart[];
}

/** What stands beside the charts, and shows the same stretch of time. */
export interface StackNeighbour {
  /** All charts show this stretch from now on; seconds. */
  viewed(fromS: number, toS: number): void;
  /** The cursor is at that time; null: nowhere. */
  pointed(t: number | null): void;
}

const printWidthPx = 680;
/** So that the usual stack of charts fits a sheet under its heading. */
const printHeightShare = 0.82;

/**
 * Draws the charts into `place`. The page's `#zoom-reset` shows the whole run again, and `#cursor-time` says which time
 * the cursor is at.
 */
export function createChartStack(
  place: HTMLElement,
  first: ChartData,
  neighbour?: StackNeighbour,
  hidden: HiddenLines = createHiddenLines(),
): ChartStack {
  const panels: PanelView[] = [];
  const lanes = new Map<PanelView, EventLane>();
  let data = first;
  readTheme();
  const zoom = createZoom(() => data, panels, neighbour);
  const redraw = () => {
    for (const { plot } of panels) plot.redraw(false);
  };
  const point = (number: number | null) => {
    pointedAt.number = number;
    redraw();
  };
  const listeners: PlotListeners = {
    zoomed: zoom.to,
    zoomReset: zoom.reset,
    pointed(plot) {
      panels.find((panel) => panel.plot === plot)?.showValues();
      const t = timeAtCursor(plot);
      showTime(t, data.timeScale);
      neighbour?.pointed(t);
    },
    drawn(plot) {
      for (const [panel, lane] of lanes) if (panel.plot === plot) lane.place(plot);
    },
  };
  const build = (specs: readonly PanelSpec[]) => {
    clear(panels, lanes);
    for (const spec of specs) {
      const panel = createPanel(place, spec, data, place.clientWidth, listeners, hidden);
      panels.push(panel);
      if (spec.showsMarks) lanes.set(panel, createEventLane(panel.figure, data.marks, data.timeScale, point));
    }
    zoom.apply();
    redraw();
  };
  build(panelsOf(data));
  followSurroundings(place, panels, redraw);
  return {
    show(next) {
      const specs = panelsOf(next);
      const isSameStack = shapeOf(specs) === shapeOf(panels.map(({ spec }) => spec));
      const hasNewMarks = next.marks.length !== data.marks.length;
      data = next;
      if (!isSameStack) return build(specs);
      for (const [index, spec] of specs.entries()) panels[index]!.show(spec, next);
      if (hasNewMarks) for (const lane of lanes.values()) lane.show(next.marks);
      zoom.apply();
    },
    pointAt: (t) => pointAt(panels, t),
    pictured: () => panels.map(picturedOf),
  };
}

/** The others follow the first by uPlot's own synchronisation. */
function pointAt([first]: readonly PanelView[], t: number | null): void {
  const left = t === null ? -10 : (first?.plot.valToPos(t, 'x') ?? -10);
  first?.plot.setCursor({ left, top: left < 0 ? -10 : 1 });
}

function picturedOf({ plot, spec: { title, series } }: PanelView): PicturedChart {
  const shown = series.filter((_, index) => plot.series[index + 1]?.show !== false);
  return {
    title,
    lines: shown.map(({ label, colour }) => ({ label, colour: theme[colour] })),
    canvas: plot.ctx.canvas,
  };
}

function clear(panels: PanelView[], lanes: Map<PanelView, EventLane>): void {
  for (const { plot, figure } of panels.splice(0)) {
    plot.destroy();
    figure.remove();
  }
  lanes.clear();
}

function timeAtCursor(plot: uPlot): number | null {
  const { left } = plot.cursor;
  return left !== undefined && left >= 0 ? plot.posToVal(left, 'x') : null;
}

interface Zoom {
  to(min: number, max: number): void;
  reset(): void;
  /** Sets every chart to the stretch that is in view. */
  apply(): void;
}

/** Which stretch of time all charts show. A run that goes on stays in view as a whole until somebody zooms in. */
function createZoom(
  whole: () => Pick<ChartData, 'fromS' | 'toS'>,
  panels: readonly Pick<PanelView, 'plot'>[],
  neighbour: StackNeighbour | undefined,
): Zoom {
  const resetButton = document.getElementById('zoom-reset') as HTMLButtonElement;
  let stretch: { min: number; max: number } | null = null;
  let isSetting = false;
  const apply = () => {
    const { fromS, toS } = whole();
    isSetting = true;
    for (const { plot } of panels) plot.setScale('x', stretch ?? { min: fromS, max: toS });
    isSetting = false;
    resetButton.hidden = stretch === null;
    neighbour?.viewed(stretch?.min ?? fromS, stretch?.max ?? toS);
  };
  const to = (min: number, max: number) => {
    const { fromS, toS } = whole();
    const { min: shownMin, max: shownMax } = stretch ?? { min: fromS, max: toS };
    if (isSetting || (min === shownMin && max === shownMax)) return;
    stretch = min <= fromS && max >= toS ? null : { min, max };
    apply();
  };
  const reset = () => {
    const { fromS, toS } = whole();
    to(fromS, toS);
  };
  resetButton.addEventListener('click', reset);
  return { to, reset, apply };
}

/** Stacks of one shape differ in values alone. */
function shapeOf(specs: readonly PanelSpec[]): string {
  return specs
    .map(({ id, heightPx, series }) => `${id} ${heightPx} ${series.map(({ label }) => label).join()}`)
    .join('\n');
}

/** The charts keep to the window's width, to its colours, and to the paper's width while it is printed. */
function followSurroundings(place: HTMLElement, panels: readonly PanelView[], redraw: () => void): void {
  const root = document.documentElement;
  const resize = (width: number, share = 1) => {
    for (const { plot, spec } of panels) {
      const height = Math.round(spec.heightPx * share);
      // A chart that has its size already would be drawn once more: an observer tells the first size, too.
      if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
    }
  };
  const repaint = () => {
    readTheme();
    redraw();
  };
  new ResizeObserver(() => isPrinting() || resize(place.clientWidth)).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  // A page may have a switch of its own for its colours.
  document.addEventListener('schemechanged', repaint);
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    resize(printWidthPx, printHeightShare);
    repaint();
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    resize(place.clientWidth);
    repaint();
  });
}

function isPrinting(): boolean {
  return document.documentElement.classList.contains('printing');
}

function showTime(t: number | null, timeScale: number): void {
  const output = document.getElementById('cursor-time');
  if (!output) return;
  if (t === null) output.textContent = '';
  else
    output.textContent = `${formatClock(t * 1_000)}${timeScale === 1 ? '' : ` · wall ${formatClock((t * 1_000) / timeScale)}`}`;
}
