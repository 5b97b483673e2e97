import type { Importance } from './importance.ts';
import type { ReliabilityBin } from './metrics.ts';
import type { Dataset } from './penguins.ts';
import { axisLabel, circle, classColours, ink, line, linearScale, rect, renderPlot, text } from './svg.ts';

/** Row: the true class; column: the predicted one. The darker a cell, the larger its share of its row. */
export function plotConfusion(confusion: readonly number[][], labels: readonly string[]): string {
  const cell = 96;
  const left = 120;
  const top = 60;
  const parts = [
    axisLabel(left + (cell * labels.length) / 2, 22, 'predicted'),
    axisLabel(22, top + (cell * labels.length) / 2, 'true', true),
  ];
  for (const [row, counts] of confusion.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    parts.push(text(left - 10, top + (row + 0.5) * cell + 4, labels[row]!, { anchor: 'end' }));
    parts.push(text(left + (row + 0.5) * cell, top - 12, labels[row]!, { anchor: 'middle' }));
    for (const [column, count] of counts.entries()) {
      const share = total === 0 ? 0 : count / total;
      const x = left + column * cell;
      const y = top + row * cell;
      parts.push(rect(x + 1, y + 1, cell - 2, cell - 2, blend(share)));
      parts.push(
        text(x + cell / 2, y + cell / 2 + 7, String(count), {
          anchor: 'middle',
          size: 20,
          colour: share > 0.5 ? '#ffffff' : ink,
        }),
      );
    }
  }
  const side = cell * labels.length;
  return renderPlot({ width: left + side + 24, height: top + side + 24, title: 'Confusion matrix', parts });
}

export function plotImportance(importances: readonly Importance[], features: readonly string[]): string {
  const left = 160;
  const width = 620;
  const rowHeight = 44;
  const top = 16;
  const high = Math.max(0.1, Math.ceil(Math.max(...importances.map((item) => item.max)) * 10) / 10);
  const x = linearScale(0, high, left, width - 24);
  const bottom = top + rowHeight * features.length;
  const parts = ticks(0, high, Math.round(high * 10)).flatMap((tick) => [
    line(x(tick), top, x(tick), bottom),
    text(x(tick), bottom + 18, tick.toFixed(1), { anchor: 'middle' }),
  ]);
  for (const [index, item] of importances.entries()) {
    const y = top + index * rowHeight;
    parts.push(text(left - 10, y + rowHeight / 2 + 4, features[index]!, { anchor: 'end' }));
    parts.push(
      rect(x(0), y + 10, Math.max(0, x(Math.max(0, item.mean)) - x(0)), rowHeight - 20, classColours[0]),
    );
    const middle = y + rowHeight / 2;
    parts.push(line(x(Math.max(0, item.min)), middle, x(Math.max(0, item.max)), middle, ink, 2));
  }
  parts.push(axisLabel((left + width) / 2, bottom + 40, 'accuracy lost when the feature is shuffled'));
  return renderPlot({ width, height: bottom + 54, title: 'Permutation importance', parts });
}

/** How confident the model is against how often it is right; circles as large as their bin has rows. */
export function plotReliability(bins: readonly ReliabilityBin[]): string {
  const left = 64;
  const top = 24;
  const side = 340;
  const x = linearScale(0, 1, left, left + side);
  const y = linearScale(0, 1, top + side, top);
  const parts = ticks(0, 1, 5).flatMap((tick) => [
    line(x(tick), top, x(tick), top + side),
    line(left, y(tick), left + side, y(tick)),
    text(x(tick), top + side + 18, tick.toFixed(1), { anchor: 'middle' }),
    text(left - 8, y(tick) + 4, tick.toFixed(1), { anchor: 'end' }),
  ]);
  parts.push(line(x(0), y(0), x(1), y(1), '#9aa5ad', 1.5));
  for (const bin of bins) {
    parts.push(
      circle(x(bin.meanConfidence), y(bin.accuracy), 4 + Math.round(Math.sqrt(bin.rows)), classColours[0]),
    );
    parts.push(
      text(x(bin.meanConfidence), y(bin.accuracy) + 28, `${bin.rows} rows`, { anchor: 'middle', size: 12 }),
    );
  }
  parts.push(axisLabel(left + side / 2, top + side + 40, 'share of the votes for the answer'));
  parts.push(axisLabel(20, top + side / 2, 'share of right answers', true));
  return renderPlot({ width: left + side + 24, height: top + side + 54, title: 'Reliability', parts });
}

/** Two features of every row, by class; rows that the model gets wrong are ringed. */
export function plotMeasurements(
  data: Dataset,
  axes: { column: number; name: string }[],
  labels: readonly string[],
  wrong: ReadonlySet<number>,
): string {
  const [horizontal, vertical] = axes as [{ column: number; name: string }, { column: number; name: string }];
  const left = 64;
  const top = 40;
  const width = 560;
  const height = 360;
  const scaleOf = (column: number, from: number, to: number, step: number) => {
    const values = data.rows.map((row) => row[column]!);
    const low = Math.floor(Math.min(...values) / step) * step;
    const high = Math.ceil(Math.max(...values) / step) * step;
    return { low, high, scale: linearScale(low, high, from, to), step };
  };
  const x = scaleOf(horizontal.column, left, left + width, 5);
  const y = scaleOf(vertical.column, top + height, top, 2);
  const parts: string[] = [];
  for (let tick = x.low; tick <= x.high; tick += x.step) {
    parts.push(line(x.scale(tick), top, x.scale(tick), top + height));
    parts.push(text(x.scale(tick), top + height + 18, String(tick), { anchor: 'middle' }));
  }
  for (let tick = y.low; tick <= y.high; tick += y.step) {
    parts.push(line(left, y.scale(tick), left + width, y.scale(tick)));
    parts.push(text(left - 8, y.scale(tick) + 4, String(tick), { anchor: 'end' }));
  }
  for (const [index, row] of data.rows.entries()) {
    const place = [x.scale(row[horizontal.column]!), y.scale(row[vertical.column]!)] as const;
    parts.push(circle(...place, 3.2, classColours[data.labels[index]!]!));
    if (wrong.has(index)) parts.push(circle(...place, 7, 'none', ink));
  }
  for (const [index, label] of labels.entries()) {
    parts.push(circle(left + 8 + index * 110, 20, 5, classColours[index]!));
    parts.push(text(left + 20 + index * 110, 24, label));
  }
  parts.push(axisLabel(left + width / 2, top + height + 40, horizontal.name));
  parts.push(axisLabel(20, top + height / 2, vertical.name, true));
  return renderPlot({ width: left + width + 24, height: top + height + 54, title: 'Measurements', parts });
}

function ticks(low: number, high: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, index) => low + ((high - low) * index) / steps);
}

/** From the pale grey of an empty cell to the first class's blue. */
function blend(share: number): string {
  const channel = (from: number, to: number) => Math.round(from + (to - from) * share);
  const [red, green, blue] = [channel(0xf3, 0x00), channel(0xf5, 0x72), channel(0xf7, 0xb2)];
  return `rgb(${red},${green},${blue})`;
}
