import type { Candidate, SimulateOutcome } from '../../commands/simulate.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { formatDurationMs, formatLatencyUs, formatUsd } from '../../core/units.ts';
import type { SimulateOptions } from '../../experiment/simulation/simulate-options.ts';
import { dropsUnjudged } from '../../record/judgement/service-verdict.ts';
import type { CapacityChange, SimulatedMinute } from '../../scaling/simulate/spec.ts';
import type { Style } from '../terminal/style.ts';
import { tableOrList, wrap, wrapLine } from '../terminal/text.ts';
import { renderChart } from './parts/chart.ts';
import { cloudTimeLabel } from './parts/event-lines.ts';
import { factLines } from './parts/fact-lines.ts';
import { formatCount, shareText, valueText } from './parts/value-text.ts';

const minuteMs = 60_000;
const mostRows = 24;
const mostCandidates = 40;
const chartHeight = 18;

/** A prediction: candidates if several, chart, minutes, changes of capacity, summary. */
export function simulationLines(
  outcome: SimulateOutcome,
  options: Pick<SimulateOptions, 'outPolicy' | 'html'>,
  style: Style,
  width: number,
): string[] {
  return [
    ...wrap(`Simulated ${formatDurationMs(outcome.summary.durationMs)} of cloud time`, width).map((line) =>
      style.bold(line),
    ),
    ...candidateLines(outcome, style, width),
    '',
    ...chartLines(outcome, style, width),
    '',
    ...minuteLines(outcome.minutes, style, width),
    ...changeLines(outcome.summary.changes, style, width),
    '',
    ...summaryLines(outcome, style, width),
    ...expectationLines(outcome, style, width),
    ...(options.outPolicy === undefined
      ? []
      : ['', ...policyLines(outcome, options.outPolicy, style, width)]),
    ...(options.html === undefined ? [] : ['', ...wrapLine(`Page: ${style.bold(options.html)}`, width)]),
  ];
}

/** The range is not a policy's, so the file cannot hold it. */
function policyLines(
  { assumptions, policies }: SimulateOutcome,
  path: string,
  style: Style,
  width: number,
): string[] {
  const { minCapacity, maxCapacity } = assumptions;
  const lines = wrapLine(`Policy: ${style.bold(path)}`, width);
  if (policies.length === 0) return lines;
  const next = `  ${ownCommand(`up --policy ${path} --min ${minCapacity} --max ${maxCapacity}`)}`;
  return [...lines, ...wrapLine(next, width).map((line) => style.dim(line))];
}

function candidateLines(
  { candidates, pareto, winner }: SimulateOutcome,
  style: Style,
  width: number,
): string[] {
  if (candidates.length === 0) return [];
  const front = new Set(pareto);
  // Of many, those on the front are what there is to choose from.
  const shown =
    candidates.length > mostCandidates ? candidates.filter(({ name }) => front.has(name)) : candidates;
  const heading = ['', 'policy', 'cost', 'SLO missed', 'p99', 'most', 'out', 'in'];
  const rows = tableOrList(
    heading.map((cell) => (cell === '' ? '' : style.dim(cell))),
    shown.map((candidate) => candidateRow(candidate, winner, front)),
    { right: new Set([2, 3, 4, 5, 6, 7]), width, names: 2 },
  );
  return [
    '',
    ...rows,
    ...wrap(
      `${shown.length < candidates.length ? `${candidates.length} tried; shown are those on the front. ` : ''}` +
        `★ wins: the cheapest within the allowed misses, else the one that misses least. ◆ no other is both cheaper and better. Below: ${winner ?? 'none'}.`,
      width,
    ).map((line) => style.dim(line)),
  ];
}

function candidateRow(
  { name, summary }: Candidate,
  winner: string | null,
  front: ReadonlySet<string>,
): string[] {
  return [
    name === winner ? '★' : front.has(name) ? '◆' : ' ',
    name,
    summary.costUsd === null ? `${summary.instances.hours.toFixed(2)} h` : formatUsd(summary.costUsd),
    shareText(summary.sloMissShare),
    latency(summary.responseUs?.p99 ?? null),
    String(summary.instances.max),
    String(summary.scaleOuts),
    String(summary.scaleIns),
  ];
}

function chartLines({ events, minutes, summary }: SimulateOutcome, style: Style, width: number): string[] {
  const toMs = summary.durationMs;
  const tracked = events.find((event) => event.type === 'metric');
  const capacity = events
    .filter((event) => event.type === 'capacity')
    .map(({ cloudTimeMs, current, desired }) => ({ atMs: cloudTimeMs, current, desired }));
  // A long day is drawn with a column for several minutes: each holds the highest of them.
  const perColumn = Math.max(1, Math.ceil(minutes.length / Math.max(16, width - 8)));
  const metric = minutes.map(({ minute }) => {
    const from = Math.floor(minute / perColumn) * perColumn;
    const span = minutes.slice(from, from + perColumn);
    return { atMs: minute * minuteMs, value: Math.max(...span.map((row) => row.metric ?? row.rateRps)) };
  });
  return renderChart(
    {
      fromMs: 0,
      toMs,
      metric,
      target: tracked?.type === 'metric' ? tracked.target : null,
      metricLabel:
        tracked?.type === 'metric' ? `${tracked.metricName} (${tracked.statistic})` : 'requests a second',
      capacity,
      capacityUntilMs: toMs,
    },
    width,
    chartHeight,
    style,
  );
}

/** Minutes, gathered into as many as fit a screen: counts add up, of the rest the worst. */
function minuteLines(minutes: readonly SimulatedMinute[], style: Style, width: number): string[] {
  const each = Math.ceil(minutes.length / mostRows);
  const rows: string[][] = [];
  for (let from = 0; from < minutes.length; from += each) {
    const span = minutes.slice(from, from + each);
    const [first, last] = [span[0]!, span.at(-1)!];
    const most = (of: (row: SimulatedMinute) => number | null) => {
      const values = span.map(of).filter((value) => value !== null);
      return values.length === 0 ? null : Math.max(...values);
    };
    const sum = (of: (row: SimulatedMinute) => number) => span.reduce((total, row) => total + of(row), 0);
    rows.push([
      each === 1 ? String(first.minute) : `${first.minute}–${last.minute}`,
      rangeText(span.map(({ instances }) => instances)),
      String(last.desired),
      count(most(({ metric }) => metric)),
      formatCount(Number((sum(({ rateRps }) => rateRps) / span.length).toPrecision(4))),
      latency(most(({ responseUsP50 }) => responseUsP50)),
      latency(most(({ responseUsP99 }) => responseUsP99)),
      count(sum(({ dropped }) => dropped)),
      count(sum(({ late }) => late)),
    ]);
  }
  const heading = ['minute', 'instances', 'desired', 'metric', 'requests/s', 'p50', 'p99', 'dropped', 'late'];
  return tableOrList(
    heading.map((cell) => style.dim(cell)),
    rows,
    { right: new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]), width },
  );
}

function changeLines(changes: readonly CapacityChange[], style: Style, width: number): string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, 12);
  return [
    '',
    ...shown.flatMap(({ direction, from, to, askedMs, doneMs, breachedSinceMs, cause }) => {
      const since =
        breachedSinceMs === null
          ? `, ${cause}`
          : `, ${formatDurationMs(askedMs - breachedSinceMs)} after the breach began`;
      const done =
        doneMs === null
          ? 'not done by the end'
          : `${direction === 'out' ? 'in service' : 'gone'} at ${cloudTimeLabel(doneMs)}`;
      return wrapLine(
        `  ${style.dim(cloudTimeLabel(askedMs).padStart(8))}  ${from} → ${to}${since}, ${done}`,
        width,
        10,
      );
    }),
    ...(changes.length > shown.length ? [`  and ${changes.length - shown.length} more changes`] : []),
  ];
}

function summaryLines({ summary, assumptions }: SimulateOutcome, style: Style, width: number): string[] {
  const { requests, responseUs, instances, cost } = summary;
  const fact = (name: string, value: string) => factLines(name, value, style, width);
  return [
    ...fact(
      'requests',
      `${count(requests.offered)} offered, ${count(requests.dropped)} dropped, ${count(requests.late)} later than ${formatLatencyUs(summary.sloUs)}: ${shareText(summary.sloMissShare)} miss the SLO`,
    ),
    ...fact(
      'response',
      responseUs === null
        ? 'nothing was served'
        : `p50 ${latency(responseUs.p50)}, p95 ${latency(responseUs.p95)}, p99 ${latency(responseUs.p99)}, p99.9 ${latency(responseUs.p99_9)}`,
    ),
    ...fact(
      'instances',
      `${instances.atStart} at the start, ${instances.max} at most, ${instances.atEnd} at the end; within ${assumptions.minCapacity} to ${assumptions.maxCapacity}`,
    ),
    ...fact(
      'cost',
      `${cost.usd === null ? '' : `${formatUsd(cost.usd)} for `}${instances.hours.toFixed(2)} instance-hours. ${cost.note}`,
    ),
    ...fact(
      'assumed',
      `an instance (${assumptions.instanceType}) serves ${assumptions.concurrency} at a time, ${formatCount(Math.round(assumptions.maxRps))} requests/s, queue ${formatCount(assumptions.queue)}; ` +
        `provisioning ${formatDurationMs(assumptions.provisionTimeMs)}, metric delay ${formatDurationMs(assumptions.metricDelayMs)}`,
    ),
  ];
}

function expectationLines(
  { thresholds, expectations, summary }: SimulateOutcome,
  style: Style,
  width: number,
): string[] {
  if (thresholds.length === 0) return [];
  const missed = thresholds.filter(({ passed }) => !passed).length;
  const dropped = dropsUnjudged(thresholds, summary.requests);
  const drops =
    dropped === null
      ? ''
      : `; ${shareText(dropped)} of the requests would be dropped, and no expectation says whether this is too much`;
  const met = dropped === null ? style.green('MET') : 'MET';
  const verdict =
    expectations.verdict === 'MISSED'
      ? `${style.bold(style.red('MISSED'))}  the service would not do what is expected: ${missed} of ${thresholds.length} missed${drops}`
      : `${style.bold(met)}  the service would do what is expected${drops}`;
  return [
    '',
    ...thresholds.flatMap(({ expression, observed, unit, passed }) => {
      const value = observed === null ? 'nothing was served' : valueText(observed, unit);
      const mark = passed ? style.green('✔') : style.red('✖');
      return wrapLine(`  ${mark} ${expression}  ${style.dim(`predicted: ${value}`)}`, width);
    }),
    ...wrapLine(verdict, width),
  ];
}

function rangeText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least}–${most}`;
}

function count(value: number | null): string {
  return value === null ? '' : formatCount(value >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
}

function latency(us: number | null): string {
  return us === null ? '' : formatLatencyUs(us);
}
