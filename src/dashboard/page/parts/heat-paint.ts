import { formatUs } from '../../../charts/format.ts';
import { theme } from '../../../charts/page/theme.ts';
import { heatRows, rowStartUs, rowsPerDecade } from '../../live/heat-map.ts';
import type { HeatMap } from '../../live/live-shape.ts';

/** What of a heat map is in view, and where on the canvas. Times in ms of the run, lengths in CSS pixels. */
export interface HeatFrame {
  leftPx: number;
  widthPx: number;
  heightPx: number;
  fromMs: number;
  toMs: number;
  /** Rows from the first to the one after the last that hold anything. */
  fromRow: number;
  toRow: number;
}

/** The same rows whatever is in view: a zoom changes the time alone. */
export function rowsOf({ columns }: HeatMap): Pick<HeatFrame, 'fromRow' | 'toRow'> {
  let fromRow = heatRows;
  let toRow = 0;
  for (const { cells } of columns) {
    // In ascending order of their rows.
    if (cells.length === 0) continue;
    fromRow = Math.min(fromRow, cells[0]!);
    toRow = Math.max(toRow, cells.at(-2)!);
  }
  return { fromRow: Math.min(fromRow, toRow), toRow: toRow + 1 };
}

/** The darker the more requests: few beside many must still be seen, for what is rare is what people look for. */
export function paintHeat(canvas: HTMLCanvasElement, { columns, columnMs }: HeatMap, frame: HeatFrame): void {
  const { leftPx, widthPx, heightPx, fromMs, toMs, fromRow, toRow } = frame;
  const scale = devicePixelRatio;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  const context = canvas.getContext('2d');
  if (context === null || widthPx <= 0 || toRow <= fromRow || toMs <= fromMs) return;
  context.scale(scale, scale);
  const most = mostIn(columns);
  const rowPx = heightPx / (toRow - fromRow);
  const pxPerMs = widthPx / (toMs - fromMs);
  context.save();
  context.beginPath();
  context.rect(leftPx, 0, widthPx, heightPx);
  context.clip();
  context.fillStyle = theme.p99;
  for (const column of columns) {
    if (column.fromMs > toMs || column.fromMs + columnMs < fromMs) continue;
    const x = leftPx + (column.fromMs - fromMs) * pxPerMs;
    const { cells } = column;
    for (let index = 0; index < cells.length; index += 2) {
      context.globalAlpha = shadeOf(cells[index + 1]!, most);
      const y = heightPx - (cells[index]! - fromRow + 1) * rowPx;
      context.fillRect(x, y, Math.max(1, columnMs * pxPerMs), Math.max(1, rowPx - 0.5));
    }
  }
  context.restore();
  writeAxis(context, frame, rowPx);
}

/** From 0 to 1. */
function shadeOf(count: number, most: number): number {
  return 0.12 + 0.88 * (Math.log1p(count) / Math.log1p(most));
}

export function mostIn(columns: HeatMap['columns']): number {
  let most = 1;
  for (const { cells } of columns) {
    for (let index = 1; index < cells.length; index += 2) most = Math.max(most, cells[index]!);
  }
  return most;
}

function writeAxis(
  context: CanvasRenderingContext2D,
  { leftPx, heightPx, fromRow, toRow }: HeatFrame,
  rowPx: number,
): void {
  context.fillStyle = theme.muted;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let row = Math.ceil(fromRow / rowsPerDecade) * rowsPerDecade; row <= toRow; row += rowsPerDecade) {
    context.fillText(formatUs(rowStartUs(row)), leftPx - 8, Math.max(6, heightPx - (row - fromRow) * rowPx));
  }
}
