import { systemClock } from '../../../core/clock.ts';
import { harmlessLine } from '../../terminal/sealed.ts';
import { sparkSetFor } from '../../terminal/sparkline.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { noticeLines, wireLines } from '../parts/event-lines.ts';
import { createPlainProgress } from './plain.ts';
import type { Progress } from './progress.ts';

/**
 * In a terminal live lines, else one line a notable event. With `--quiet`, and with `--json` where nobody looks on,
 * warnings alone, and what `--debug` shows.
 */
export async function createProgress(
  { stderr, suspension }: Pick<Terminal, 'stderr' | 'suspension'>,
  { json, quiet }: { json: boolean; quiet: boolean },
): Promise<Progress> {
  const print = (line: string) => stderr.write(`${harmlessLine(line)}\n`);
  if (quiet || (json && !stderr.isTerminal)) return createWarnings(print, stderr.style);
  // The spinner would erase endlessly many lines of a terminal that says it has no columns, as `script` does.
  const live = stderr.isTerminal && stderr.stream.columns !== 0;
  if (!live) return createPlainProgress(print, stderr.style);
  const [{ default: ora }, { createLiveProgress }] = await Promise.all([import('ora'), import('./live.ts')]);
  return createLiveProgress(stderr, suspension, ora, systemClock, sparkSetFor(process.env));
}

function createWarnings(print: (line: string) => void, style: Terminal['stderr']['style']): Progress {
  return {
    emit(event) {
      if (event.type === 'wire') for (const line of wireLines(event, style)) print(line);
      if (event.type !== 'notice' || event.level !== 'warning') return;
      for (const line of noticeLines(event, style)) print(line);
    },
    close() {},
  };
}
