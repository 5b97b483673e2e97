/** The report's page: draws the charts from the embedded data. Everything else on the page is plain HTML. */
import type { ChartData } from '../chart-shape.ts';
import { formatClock } from '../format.ts';
import { createEventLane, type EventLane } from './event-lane.ts';
import { pointedAt } from './overlays.ts';
import { createPanel, type PanelView } from './panel-view.ts';
import { panelsOf } from './panels.ts';
import { readTheme } from './theme.ts';

const printWidthPx = 680;
/** So that the usual stack of charts fits a sheet under its heading. */
const printHeightShare = 0.82;

function start(): void {
  const source = document.getElementById('chart-data')?.textContent;
  const place = document.getElementById('panels');
  if (!source || !place) return;
  const data: ChartData = JSON.parse(source);
  const resetButton = document.getElementById('zoom-reset') as HTMLButtonElement;
  const panels: PanelView[] = [];
  const lanes = new Map<PanelView, EventLane>();
  let shown = { min: data.fromS, max: data.toS };
  let isZooming = false;
  readTheme();

  const zoom = (min: number, max: number) => {
    if (isZooming || (min === shown.min && max === shown.max)) return;
    isZooming = true;
    shown = { min, max };
    for (const { plot } of panels) plot.setScale('x', shown);
    isZooming = false;
    resetButton.hidden = min <= data.fromS && max >= data.toS;
  };
  const reset = () => zoom(data.fromS, data.toS);
  const redraw = () => {
    for (const { plot } of panels) plot.redraw(false);
  };
  const point = (number: number | null) => {
    pointedAt.number = number;
    redraw();
  };
  const listeners = {
    zoomed: zoom,
    zoomReset: reset,
    pointed(plot: PanelView['plot']) {
      panels.find((panel) => panel.plot === plot)?.showValues();
      const { left } = plot.cursor;
      if (left !== undefined && left >= 0) showTime(plot.posToVal(left, 'x'), data.timeScale);
      else showTime(null, data.timeScale);
    },
    drawn(plot: PanelView['plot']) {
      for (const [panel, lane] of lanes) if (panel.plot === plot) lane.place(plot);
    },
  };

  for (const spec of panelsOf(data)) {
    const panel = createPanel(place, spec, data, place.clientWidth, listeners);
    panels.push(panel);
    if (spec.showsMarks) lanes.set(panel, createEventLane(panel.figure, data.marks, data.timeScale, point));
  }
  redraw();

  resetButton.addEventListener('click', reset);
  followSurroundings(place, panels, redraw);
  document.documentElement.dataset['charts'] = 'drawn';
}

/** The charts keep to the window's width, to its colours, and to the paper's width while it is printed. */
function followSurroundings(place: HTMLElement, panels: readonly PanelView[], redraw: () => void): void {
  const root = document.documentElement;
  const resize = (width: number, share = 1) => {
    for (const { plot, spec } of panels) plot.setSize({ width, height: Math.round(spec.heightPx * share) });
  };
  const repaint = () => {
    readTheme();
    redraw();
  };
  new ResizeObserver(() => isPrinting() || resize(place.clientWidth)).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
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

start();
