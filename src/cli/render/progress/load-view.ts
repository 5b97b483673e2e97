import { formatLatencyUs } from '../../../core/units.ts';
import { type CheckName, checks as known } from '../../../record/judgement/checks.ts';
import { faultsOf } from '../../../record/judgement/standing-verdict.ts';
import type { RunResult } from '../../../record/schemas/result.ts';
import { type SparkSet, sparkline } from '../../terminal/sparkline.ts';
import type { Style } from '../../terminal/style.ts';
import { displayWidth, padEnd, truncate } from '../../terminal/text.ts';
import { formatCount, valueText } from '../parts/value-text.ts';
import type { LoadHistory } from './load-history.ts';
import {
  fleetText,
  formatRate,
  type KnownFleet,
  type LoadProgress,
  loadProgressLine,
  topErrorLines,
} from './load-progress.ts';

/** All that a terminal is shown of a load while it goes on. */
export interface LoadView {
  progress: LoadProgress;
  fleet: KnownFleet | undefined;
  history: LoadHistory;
  /** As the record would say if the run ended now; undefined: nobody has asked yet. */
  standing: RunResult | undefined;
  /** In words; null: none. */
  keys: readonly string[] | null;
}

export interface ViewSize {
  width: number;
  /** At least one line is shown. */
  height: number;
  sparks: SparkSet;
}

/**
 * The lines of the view, none wider than the terminal. What does not fit its height is left out in this order: the keys,
 * what is offered, the instances, the checks, the commonest error, the answered rate, p99. The line of figures stays.
 */
export function loadViewLines(view: LoadView, style: Style, size: ViewSize): string[] {
  const { progress, fleet, history, standing, keys } = view;
  const { width } = size;
  const spark = (label: string, values: readonly (number | null)[], write: (value: number) => string) =>
    sparkLines(label, values, write, style, size);
  const hasOffered = history.some(({ offeredRps }) => offeredRps !== null);
  const offered = history.map(({ offeredRps, sentRps }) => (hasOffered ? offeredRps : sentRps));
  const rate = (rps: number) => `${formatRate(rps)}/s`;
  const instances = history.map((second) => second.instances);
  const rows: { lines: string[]; rank: number }[] = [
    { lines: [loadProgressLine(progress, fleet, style, width)], rank: 0 },
    { lines: spark(hasOffered ? 'offered' : 'sent', offered, rate), rank: 6 },
    {
      lines: spark(
        'answered',
        history.map(({ answeredRps }) => answeredRps),
        rate,
      ),
      rank: 2,
    },
    {
      lines: spark(
        'p99',
        history.map(({ p99Us }) => p99Us),
        formatLatencyUs,
      ),
      rank: 1,
    },
    {
      lines: fleet === undefined ? [] : instanceLines(instances, fleet, style, size),
      rank: 5,
    },
    { lines: standing === undefined ? [] : standingLines(standing, style, width), rank: 4 },
    { lines: topErrorLines(progress, style, width), rank: 3 },
    { lines: keys === null ? [] : [truncate(style.dim(`keys: ${keys.join(' · ')}`), width)], rank: 7 },
  ];
  let lines = rows.flatMap((row) => row.lines);
  for (let rank = 7; rank > 0 && lines.length > size.height; rank--) {
    rows.find((row) => row.rank === rank)!.lines = [];
    lines = rows.flatMap((row) => row.lines);
  }
  return lines;
}

const labelColumns = 9;
const mostSparkColumns = 60;
/** Fewer say nothing. */
const leastSparkColumns = 6;

/** None on a terminal that has no room for it: its figure is in the first line. */
function sparkLines(
  label: string,
  values: readonly (number | null)[],
  write: (value: number) => string,
  style: Style,
  { width, sparks }: ViewSize,
): string[] {
  const most = values.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0);
  const now = values.at(-1) ?? null;
  const said = now === null ? '–' : write(now);
  for (const text of [`${said}, top ${write(most)}`, said]) {
    const columns = Math.min(mostSparkColumns, width - labelColumns - 2 - displayWidth(text));
    if (columns < leastSparkColumns) continue;
    const spark = sparkline(values, columns, most, sparks);
    return [`${style.dim(padEnd(label, labelColumns))} ${style.cyan(spark)} ${text}`];
  }
  return [];
}

function instanceLines(
  instances: readonly (number | null)[],
  fleet: KnownFleet,
  style: Style,
  { width, sparks }: ViewSize,
): string[] {
  const text = fleetText(fleet, style).replace(/^instances /, '');
  const columns = Math.min(mostSparkColumns, width - labelColumns - 2 - displayWidth(text));
  if (columns < leastSparkColumns) return [];
  const most = instances.reduce<number>((highest, value) => Math.max(highest, value ?? 0), fleet.desired);
  return [
    `${style.dim(padEnd('instances', labelColumns))} ${style.cyan(sparkline(instances, columns, most, sparks))} ${text}`,
  ];
}

/** Two questions: can the measurement be believed, does the service do what was expected. */
function standingLines({ validity, thresholds }: RunResult, style: Style, width: number): string[] {
  const faults = faultsOf(validity.checks, false);
  const [first] = faults;
  const believed =
    first === undefined
      ? validity.verdict === 'VALID'
        ? style.green('VALID so far')
        : style.dim('too few requests so far')
      : style.red(
          `INVALID so far: ${faultText(first)}${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}`,
        );
  const expected = thresholds.map(({ expression, observed, passed, unit }) => {
    const seen = observed === null ? 'nothing yet' : valueText(observed, unit);
    return passed ? style.green(`${expression}: ${seen}`) : style.red(`${expression}: ${seen}`);
  });
  return [truncate([believed, ...expected].join(style.dim(' · ')), width)];
}

function faultText({ name, observed, limit }: RunResult['validity']['checks'][number]): string {
  const check = known[name as CheckName] as (typeof known)[CheckName] | undefined;
  const unit = check?.unit ?? 'count';
  return `${name} ${valueText(observed, unit)}, ${check?.bound ?? 'at most'} ${limit === null ? formatCount(0) : valueText(limit, unit)}`;
}
