import { formatDurationMs } from '../../../core/units.ts';
import type { RunResult } from '../../../record/schemas/result.ts';
import type { Style } from '../../terminal/style.ts';
import { wrapLine } from '../../terminal/text.ts';
import type { LoadHistory } from './load-history.ts';
import { fleetText, type KnownFleet, type LoadProgress } from './load-progress.ts';
import { loadViewLines, type ViewSize } from './load-view.ts';

interface Step {
  text: string;
  /** On the monotonic clock. */
  startedMs: number;
}

/** What goes on at a moment: steps on resources, else the part they belong to; the load; the fleet. */
export interface UnderWay {
  readonly steps: Map<string, Step>;
  part: Step | undefined;
  load: LoadProgress | undefined;
  fleet: KnownFleet | undefined;
  history: LoadHistory;
  standing: RunResult | undefined;
  keys: readonly string[] | null;
}

/** A line for each thing that is under way; none where nothing is. */
export function underWayLines(
  { steps, part, load, fleet, history, standing, keys }: UnderWay,
  nowMs: number,
  style: Style,
  size: ViewSize,
): string[] {
  const { width } = size;
  // Where no step says what goes on, the part does: waiting for the fleet has no other sign of life.
  const under = steps.size > 0 || load !== undefined || part === undefined ? steps.values() : [part];
  const stepLines = [...under].flatMap(({ text, startedMs }) => {
    const elapsed = formatDurationMs(Math.floor((nowMs - startedMs) / 100) * 100);
    const seen = fleet === undefined || steps.size > 0 ? '' : `  ${fleetText(fleet, style)}`;
    return wrapLine(`${text} ${style.dim(elapsed)}${seen}`, width);
  });
  if (load === undefined) return stepLines;
  const view = { progress: load, fleet, history, standing, keys };
  const height = Math.max(1, size.height - stepLines.length);
  return [...stepLines, ...loadViewLines(view, style, { ...size, height })];
}
