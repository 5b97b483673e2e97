import { printable, printableJson } from '../../core/printable.ts';
import type { LogLine } from '../../observe/logs/log-source.ts';
import type { Style } from '../terminal/style.ts';

/** What a person reads of one event; `--json` has it whole. */
const mostCharacters = 4_000;
const mostLines = 100;

/**
 * `2026-11-22T15:00:00.123Z AllTraffic/i-0123… message`; a message of several lines goes on indented, so that no
 * program can make its own lines look like another's.
 * @param withSource names the source too, where there are several
 */
export function logLines(line: LogLine, withSource: boolean, style: Style): string[] {
  const source = withSource ? `${style.cyan(line.source)} ` : '';
  const head = `${style.dim(isoTime(line.atMs))} ${source}${style.dim(printable(line.stream))}`;
  const text = line.message.replace(/[\r\n]+$/, '');
  const cut = text.slice(0, mostCharacters);
  const [first = '', ...rest] = cut.split(/\r?\n/);
  const shown = rest.slice(0, mostLines - 1);
  const left =
    text.length - cut.length + (rest.length - shown.length > 0 ? lengthOf(rest.slice(shown.length)) : 0);
  const lines = [`${head} ${printable(first)}`, ...shown.map((part) => `    ${printable(part)}`)];
  if (left > 0) lines.push(`${lines.pop()} ${style.dim(`… (${left} more characters; --json has them)`)}`);
  return lines;
}

export function logJson({ atMs, source, group, stream, eventId, message }: LogLine): string {
  return printableJson({ at: isoTime(atMs), source, group, stream, eventId, message });
}

/** A date that no clock has is told as it is. */
function isoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? `${atMs}ms` : date.toISOString();
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((length, part) => length + part.length + 1, 0);
}
