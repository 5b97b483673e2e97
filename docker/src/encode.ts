import type { ResponseFormat } from './negotiate.ts';
import { flat, type Prediction } from './predictions.ts';

/** `{"predictions":[…]}`, one prediction a line, or one CSV record a prediction (label first, then probabilities). */
export function encodePredictions(predictions: readonly Prediction[], format: ResponseFormat): string {
  switch (format) {
    case 'json':
      return JSON.stringify({ predictions });
    case 'jsonlines':
      return predictions.map((prediction) => `${JSON.stringify(prediction ?? null)}\n`).join('');
    case 'csv':
      return predictions.map((prediction) => `${flat(prediction).map(csvCell).join(',')}\n`).join('');
  }
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'number' && !Number.isFinite(value) ? notFinite(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As this program reads it, and most others do. */
function notFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
