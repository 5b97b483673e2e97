import type uPlot from 'uplot';
import type { ChartData } from '../chart-shape.ts';
import type { EventMark } from '../marks.ts';
import type { PanelSpec } from './panels.ts';
import { type ColourName, faded, theme } from './theme.ts';

/** Which mark the reader points at; drawn stronger in every chart. */
export const pointedAt: { number: number | null } = { number: null };

const markColour: Record<EventMark['kind'], ColourName> = {
  'alarm-high': 'high',
  'alarm-low': 'low',
  'alarm-ended': 'muted',
  activity: 'desired',
  instances: 'current',
  phase: 'ink',
};

/** Under the lines: the times in which an alarm was on. */
export function drawAlarms(plot: uPlot, data: ChartData): void {
  const { ctx, bbox } = plot;
  for (const { fromS, toS, side } of data.alarmSpans) {
    const left = clampX(plot, fromS);
    const right = clampX(plot, toS);
    ctx.fillStyle = faded(side === 'high' ? 'high' : 'low', 0.07);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
}

/** Over the lines: a hair for each event, through every chart. */
export function drawMarks(plot: uPlot, data: ChartData): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const mark of data.marks) {
    const isPointedAt = mark.number === pointedAt.number;
    const x = Math.round(plot.valToPos(mark.t, 'x', true)) + 0.5;
    ctx.strokeStyle = faded(markColour[mark.kind], isPointedAt ? 1 : 0.34);
    ctx.lineWidth = (isPointedAt ? 2 : 1) * devicePixelRatio;
    ctx.setLineDash(mark.kind.startsWith('alarm') ? [3 * devicePixelRatio, 3 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** The limits that the run was held to. */
export function drawLimits(plot: uPlot, spec: PanelSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { value, label } of spec.limits) {
    const y = Math.round(plot.valToPos(value, 'left', true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = theme.target;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = theme.muted;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.fillText(label, bbox.left + bbox.width - 4 * devicePixelRatio, y - 2 * devicePixelRatio);
  }
  ctx.restore();
}

function clampX(plot: uPlot, t: number): number {
  const { bbox } = plot;
  return Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(t, 'x', true)));
}
