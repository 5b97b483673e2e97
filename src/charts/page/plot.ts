import uPlot from 'uplot';
import type { ChartData } from '../chart-shape.ts';
import { formatClock } from '../format.ts';
import { drawAlarms, drawLimits, drawMarks } from './overlays.ts';
import type { AxisSpec, PanelSpec, SeriesSpec } from './panels.ts';
import { clockIncrements, logSplits, scaleOf } from './scales.ts';
import { faded, theme } from './theme.ts';

export interface PlotListeners {
  /** Another stretch of time is shown; seconds. */
  zoomed(min: number, max: number): void;
  zoomReset(): void;
  /** The cursor moved: `plot.cursor.idxs` has each series' row under it, or null. */
  pointed(plot: uPlot): void;
  drawn(plot: uPlot): void;
}

/** Left and right of every chart, the same, so that the time axes stand under one another. CSS pixels. */
function gutters(width: number): { left: number; right: number } {
  return width < 560 ? { left: 54, right: 38 } : { left: 64, right: 56 };
}

/** What a plot draws; asked at each drawing, so that a chart of a run that goes on is not made anew each second. */
export interface Drawn {
  spec: PanelSpec;
  data: ChartData;
}

export function createPlot(place: HTMLElement, drawn: Drawn, width: number, listeners: PlotListeners): uPlot {
  const { spec, data } = drawn;
  const { left, right } = gutters(width);
  const options: uPlot.Options = {
    width,
    height: spec.heightPx,
    padding: [8, right, 0, 0],
    legend: { show: false },
    focus: { alpha: 1 },
    cursor: cursorOf(drawn, listeners),
    scales: {
      x: { time: false, range: (_plot, min, max) => [min ?? drawn.data.fromS, max ?? drawn.data.toS] },
      left: scaleOf(spec.left.kind),
    },
    axes: [
      timeAxis(data.timeScale, spec.showsWallTime),
      valueAxis(spec.left, left, spec.heightPx < 100 ? 14 : 28),
    ],
    series: [{}, ...spec.series.map((_, index) => seriesOptions(drawn, index))],
    ...(spec.gap ? { bands: [{ series: spec.gap, fill: gapFill }] } : {}),
    hooks: hooksOf(drawn, listeners),
  };
  const plot = new uPlot(options, rowsOf(spec), place);
  plot.setScale('x', { min: data.fromS, max: data.toS });
  return plot;
}

export function rowsOf({ t, series }: PanelSpec): uPlot.AlignedData {
  return [t, ...series.map(({ values }) => values)] as uPlot.AlignedData;
}

function cursorOf(drawn: Drawn, listeners: PlotListeners): uPlot.Cursor {
  const { series } = drawn.spec;
  return {
    sync: { key: 'mlbench', scales: ['x', null] },
    drag: { x: true, y: false, setScale: true },
    dataIdx: (_plot, index, row, t) => rowAt(drawn.spec, index, row, t),
    points: {
      // A dot would stand where the value began, not where the cursor is.
      size: (_plot, index) => (series[index - 1]?.holds ? 0 : 7),
      width: 1.5,
      fill: (_plot, index) => theme[series[index - 1]?.colour ?? 'ink'],
    },
    y: false,
    bind: {
      dblclick: () => () => {
        listeners.zoomReset();
        return null;
      },
    },
  };
}

function hooksOf(drawn: Drawn, listeners: PlotListeners): uPlot.Hooks.Arrays {
  return {
    drawClear: [(plot) => drawn.spec.showsAlarms && drawAlarms(plot, drawn.data)],
    draw: [
      (plot) => {
        drawLimits(plot, drawn.spec);
        drawMarks(plot, drawn.data);
        listeners.drawn(plot);
      },
    ],
    setCursor: [(plot) => listeners.pointed(plot)],
    setScale: [
      (plot, key) => {
        const { min, max } = plot.scales[key] ?? {};
        if (key === 'x' && min !== undefined && min !== null && max !== undefined && max !== null) {
          listeners.zoomed(min, max);
        }
      },
    ],
  };
}

function gapFill(): CanvasRenderingContext2D['fillStyle'] {
  return faded('desired', 0.16);
}

/** What a chart says at a time: of a step what began it, of a line the nearest point; beyond the ends nothing. */
function rowAt(spec: PanelSpec, index: number, nearest: number, t: number): number {
  const times = spec.t;
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const reach = (last - first) / Math.max(1, times.length - 1);
  // uPlot takes null for none, though its types do not say so.
  if (t < first - reach || t > last + reach) return null as unknown as number;
  if (spec.series[index - 1]?.shape !== 'step') return nearest;
  return (times[nearest] ?? 0) > t ? Math.max(0, nearest - 1) : nearest;
}

function seriesOptions(drawn: Drawn, index: number): uPlot.Series {
  const spec = drawn.spec.series[index]!;
  const lone = () => lonePoints(drawn.spec.series[index]!);
  return {
    label: spec.label,
    scale: 'left',
    stroke: () => theme[spec.colour],
    width: spec.widthPx,
    // A point without neighbours is no line: a run of one second has one.
    points: { show: true, size: 5, width: 0, fill: () => theme[spec.colour], filter: lone },
    spanGaps: false,
    ...(spec.dash ? { dash: spec.dash } : {}),
    ...(spec.fill ? { fill: () => faded(spec.colour, spec.fill ?? 0) } : {}),
    ...(spec.shape === 'step' ? { paths: uPlot.paths.stepped?.({ align: 1 }) ?? null } : {}),
  } as uPlot.Series;
}

function lonePoints({ values, holds }: SeriesSpec): number[] {
  if (holds !== undefined) return [];
  return values.flatMap((value, index) => {
    const isAlone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    return value !== null && isAlone ? [index] : [];
  });
}

function timeAxis(timeScale: number, showsWallTime: boolean): uPlot.Axis {
  const isScaled = timeScale !== 1 && showsWallTime;
  return {
    ...axisLook(),
    size: isScaled ? 42 : 28,
    space: 76,
    incrs: clockIncrements,
    values: (_plot, splits) =>
      splits.map(
        (t) =>
          `${formatClock(t * 1_000)}${isScaled ? `\n${wallText(t / timeScale, splits, timeScale)}` : ''}`,
      ),
  };
}

/** Short: it is the small print under the cloud's clock. In seconds, unless the axis goes past two minutes. */
function wallText(seconds: number, splits: number[], timeScale: number): string {
  const lastSeconds = (splits.at(-1) ?? 0) / timeScale;
  return lastSeconds <= 120 ? `${Number(seconds.toFixed(1))} s` : formatClock(seconds * 1_000);
}

/** @param space between two ticks at least, so that a low chart has more than one */
function valueAxis(spec: AxisSpec, size: number, space: number): uPlot.Axis {
  return {
    ...axisLook(),
    scale: 'left',
    size,
    side: 3,
    space,
    values: (_plot, splits) => splits.map((value) => spec.write(value)),
    ...(spec.kind === 'log'
      ? {
          splits: (_plot: uPlot, _axis: number, min: number, max: number) => logSplits(min, max),
          filter: (_plot: uPlot, splits: number[]) => splits,
        }
      : {}),
    ...(spec.kind === 'count'
      ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000] }
      : {}),
  };
}

function axisLook(): uPlot.Axis {
  return {
    stroke: () => theme.muted,
    font: '11px system-ui, sans-serif',
    gap: 6,
    grid: { stroke: () => theme.grid, width: 1 },
    ticks: { show: true, stroke: () => theme.grid, width: 1, size: 4 },
  };
}
