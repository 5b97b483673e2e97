import { printable } from '../../../core/printable.ts';
import { formatBytes } from '../../../core/units.ts';
import type { SampleOutcome, SentOutcome } from '../../../experiment/contract/outcomes.ts';
import { originText } from '../../../experiment/stack/sample-outcome.ts';
import type { Style } from '../../terminal/style.ts';
import { truncate, wrap } from '../../terminal/text.ts';
import { factLines } from './fact-lines.ts';

/** A request on one line, cut where the line ends, and below it where it is from and where it is in full. */
export function sampleLines(sample: SampleOutcome | null, style: Style, width: number): string[] {
  const name = 'request';
  const none = 'none is known; pass --body @FILE to load and invoke';
  if (sample === null) return factLines(name, none, style, width);
  const { problem, path } = sample;
  if (problem !== null) return factLines(name, `none is known: ${printable(problem)}`, style, width);
  const where = path === null || sample.from === 'file' ? '' : `; in full in ${path}`;
  const indent = 15;
  const [first = ''] = factLines(name, oneLine(sample, width - indent), style, width);
  return [
    first,
    ...wrap(`${originText(sample.from, path)}${where}`, width - indent).map(
      (line) => `${' '.repeat(indent)}${line}`,
    ),
  ];
}

/** `{"instances":[[0.5]]}, made from the model's inputs`; null: it was given. */
export function sentText(sent: SentOutcome, width: number): string | null {
  if (sent.from === 'given') return null;
  const origin = `, ${originText(sent.from, sent.path)}`;
  return `sent ${oneLine(sent, Math.max(20, width - 5 - origin.length))}${origin}`;
}

function oneLine({ body, bytes }: { body: string | null; bytes: number | null }, width: number): string {
  if (body === null) return formatBytes(bytes ?? 0);
  return truncate(printable(body.slice(0, 4_096).replace(/\s+/g, ' ').trim()), width);
}
