import { ownCommand } from '../../core/options/own-command.ts';
import { formatLatencyUs, formatUsd } from '../../core/units.ts';
import type { LoadOutcome } from '../../experiment/contract/outcomes.ts';
import { lastSeenWords, outOfSightWords } from '../../record/fleet/last-seen.ts';
import { wordsOf } from '../../record/judgement/checks.ts';
import { isPraise, serviceVerdictOf, serviceWords } from '../../record/judgement/service-verdict.ts';
import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import type { ErrorGroup, RunResult, ValidityCheck } from '../../record/schemas/result.ts';
import type { ScalingSummary } from '../../record/schemas/scaling-schema.ts';
import type { Style } from '../terminal/style.ts';
import { displayWidth, table, tableOrList, wrap, wrapLine, wrapLines } from '../terminal/text.ts';
import { factLines } from './parts/fact-lines.ts';
import { trafficFacts } from './parts/traffic-facts.ts';
import { formatCount, shareText, valueText } from './parts/value-text.ts';
import { scaleOutLines } from './scale-out-lines.ts';

/** A run's result: counts, latency from median to maximum, errors, expectations, and whether to believe any of it. */
export function loadLines(
  { result, reportPath }: LoadOutcome,
  experiment: string,
  style: Style,
  width: number,
  show: { report: boolean } = { report: true },
): string[] {
  return [
    ...wrap(`Run ${result.runId}`, width).map((line) => style.bold(line)),
    '',
    ...requestLines(result, style, width),
    '',
    ...latencyLines(result, style, width),
    ...namedLines(result, style, width),
    ...scaleOutLines(result.scaling, style, width),
    ...errorLines(result.errors, style, width),
    ...expectationLines(result, style, width),
    '',
    ...verdictLines(result, style, width),
    ...capacityLines(result, width),
    ...(show.report
      ? [
          '',
          ...(reportPath === null ? [] : wrapLine(`Report: ${style.bold(reportPath)}`, width)),
          ...wrapLines(nextLines(result, experiment, style), width, 8),
        ]
      : []),
  ];
}

/** None for a service that is no experiment's: nothing watched its instances. */
function nextLines({ scaling }: RunResult, experiment: string, style: Style): string[] {
  if (!('instances' in scaling)) return [];
  if ('lastSeen' in scaling)
    return [`Next:   ${style.bold(ownCommand('status', { experiment }))} to see what is there now`];
  return [
    `Next:   ${style.bold(ownCommand('watch-scaling', { experiment }))} to see it scale in, ${style.bold(ownCommand('down', { experiment }))} to remove it`,
  ];
}

function requestLines(result: RunResult, style: Style, width: number): string[] {
  const { requests, flows, scaling, costUsd } = result;
  const failed = requests.failed > 0 ? style.red(`${formatCount(requests.failed)} failed`) : '0 failed';
  const rest = [
    ...(requests.dropped > 0 ? [`${formatCount(requests.dropped)} dropped`] : []),
    ...(requests.inFlightAtEnd > 0 ? [`${formatCount(requests.inFlightAtEnd)} in flight at the end`] : []),
  ];
  const { maxRequests = requests.sent } = result;
  const isShort = requests.sent < maxRequests;
  const counts = [
    `${formatCount(requests.sent)}${isShort ? ` of ${formatCount(maxRequests)}` : ''} sent`,
    `${formatCount(requests.succeeded)} succeeded`,
    failed,
    ...rest,
  ];
  const fact = (name: string, value: string) => factLines(name, value, style, width);
  return [
    ...(flows === undefined
      ? []
      : fact(
          'flows',
          `${formatCount(flows.started)} begun${flows.dropped > 0 ? `, ${formatCount(flows.dropped)} dropped` : ''}`,
        )),
    ...fact('requests', counts.join(', ')),
    ...trafficFacts(result).flatMap(([name, value]) => fact(name, value)),
    ...('instances' in scaling ? fact('instances', fleetWords(scaling as ScalingSummary)) : []),
    ...costLines(costUsd).flatMap((text) => fact('cost', text)),
  ];
}

function fleetWords({ instances, lastSeen }: ScalingSummary): string {
  const begin = `${instances.atStart} at the start, ${instances.max} at most`;
  if (lastSeen === undefined) return `${begin}, ${instances.atEnd} at the end`;
  return `${begin}; ${lastSeenWords(lastSeen)} (${outOfSightWords(lastSeen)})`;
}

/** The note in the result says where the price is from. */
function costLines({ total, instanceHours, charged }: RunResult['costUsd']): string[] {
  if (total === undefined) return [];
  const hours =
    instanceHours === undefined ? '' : ` for ${Number(instanceHours.toPrecision(2))} instance hours`;
  return charged === false
    ? [`nothing; on AWS ${formatUsd(total)}${hours}`]
    : [`${formatUsd(total)}${hours}`];
}

const percentiles: [string, keyof LatencySummary][] = [
  ['p50', 'p50'],
  ['p66', 'p66'],
  ['p75', 'p75'],
  ['p80', 'p80'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p98', 'p98'],
  ['p99', 'p99'],
  ['p99.9', 'p99_9'],
  ['p99.99', 'p99_99'],
  ['max', 'max'],
];

/**
 * Where there is room, a column a percentile; else a line a percentile, response and service time beside each other.
 */
function latencyLines({ latencyUs }: RunResult, style: Style, width: number): string[] {
  const rows: [string, LatencySummary][] = [
    ['response time', latencyUs.response],
    ['service time', latencyUs.service],
  ];
  const cell = (summary: LatencySummary, key: keyof LatencySummary) => {
    const value = summary[key];
    return value === null ? '–' : formatLatencyUs(value);
  };
  const head = percentiles.map(([label]) => style.dim(label));
  const wide = table(
    [
      ['  ', ...head],
      ...rows.map(([name, summary]) => [`  ${name}`, ...percentiles.map(([, key]) => cell(summary, key))]),
    ],
    new Set(percentiles.map((_, index) => index + 1)),
  );
  if (wide.every((line) => displayWidth(line) <= width)) return wide;
  return table(
    [
      ['  ', style.dim('response'), style.dim('service')],
      ...percentiles.map(([label, key]) => [`  ${label}`, ...rows.map(([, summary]) => cell(summary, key))]),
    ],
    new Set([1, 2]),
  );
}

/** With a scenario: a line a named request. */
function namedLines(
  { requestsByName, durationSeconds, warmup }: RunResult,
  style: Style,
  width: number,
): string[] {
  if (requestsByName === undefined) return [];
  const seconds = durationSeconds - (warmup?.seconds ?? 0);
  const latency = (us: number | null) => (us === null ? '–' : formatLatencyUs(us));
  const head = ['name', 'requests', 'failed', 'req/s', 'p50', 'p95', 'p99', 'max'].map((cell) =>
    style.dim(cell),
  );
  const rows = Object.entries(requestsByName).map(([name, { succeeded, failed, responseUs }]) => [
    name,
    formatCount(succeeded + failed),
    failed > 0 ? style.red(formatCount(failed)) : '0',
    seconds > 0 ? ((succeeded + failed) / seconds).toFixed(1) : '–',
    latency(responseUs.p50),
    latency(responseUs.p95),
    latency(responseUs.p99),
    latency(responseUs.max),
  ]);
  const lines = tableOrList(head, rows, { right: new Set([1, 2, 3, 4, 5, 6, 7]), width: width - 2 });
  return ['', ...lines.map((line) => `  ${line}`)];
}

function errorLines(errors: readonly ErrorGroup[], style: Style, width: number): string[] {
  if (errors.length === 0) return [];
  const shown = errors.slice(0, 5);
  const rows = shown.map((error) => [
    '',
    style.red(formatCount(error.count)),
    error.status === 0 ? error.kind : `${error.status} ${error.kind}`,
    error.message,
  ]);
  const more = errors.length - shown.length;
  return [
    '',
    ...wrapLines(table(rows, new Set([1])), width, 4),
    ...(more > 0 ? wrapLine(`  and ${more} more kinds of errors in result.json`, width) : []),
  ];
}

/** No tick where the figures cannot be believed. */
function expectationLines({ thresholds, validity }: RunResult, style: Style, width: number): string[] {
  if (thresholds.length === 0) return [];
  const met = validity.verdict === 'VALID' ? style.green('✔') : style.yellow('?');
  return [
    '',
    ...thresholds.flatMap(({ expression, observed, unit, passed }) => {
      const seen = observed === null ? 'nothing was measured' : `it was ${valueText(observed, unit)}`;
      return wrapLine(`  ${passed ? met : style.red('✖')} ${expression}  ${style.dim(seen)}`, width);
    }),
  ];
}

/** Two questions with an answer each: can the measurement be believed, and did the service do what was expected. */
function verdictLines(result: RunResult, style: Style, width: number): string[] {
  const { validity } = result;
  const failed = validity.checks.filter((check) => !check.passed);
  // Not green: it says nothing of the service.
  const verdict =
    validity.verdict === 'VALID'
      ? `${style.bold('VALID')}  the measurement can be believed`
      : `${style.bold(style.red('INVALID'))}  do not rely on these figures`;
  return [
    ...wrapLine(verdict, width),
    ...failed.flatMap((check) =>
      wrap(checkText(check), width - 4).map(
        (line, index) => `${index === 0 ? `  ${style.yellow('!')} ` : '    '}${line}`,
      ),
    ),
    ...serviceLines(result, style, width),
  ];
}

function serviceLines(result: RunResult, style: Style, width: number): string[] {
  const words = serviceWords(result, shareText);
  if (words === null) return [];
  const { name, tone } = {
    MET: { name: 'MET', tone: isPraise(result) ? style.green : style.yellow },
    MISSED: { name: 'MISSED', tone: style.red },
    NONE: { name: 'NOT JUDGED', tone: style.yellow },
  }[serviceVerdictOf(result)];
  const indent = name.length + 2;
  return wrap(words, width - indent).map((line, index) =>
    index === 0 ? `${style.bold(tone(name))}  ${line}` : `${' '.repeat(indent)}${line}`,
  );
}

function capacityLines({ scaling }: RunResult, width: number): string[] {
  if (!('capacityEmulated' in scaling)) return [];
  const remarks = [
    ...(scaling.capacityEmulated
      ? [
          'The capacity of the instances was emulated: the figures show how such a fleet behaves, not what a machine can do.',
        ]
      : []),
    ...(scaling.timeScale === 1
      ? []
      : [`The cloud's clock ran ${scaling.timeScale} times faster than the wall.`]),
  ];
  return remarks.length === 0 ? [] : wrap(remarks.join(' '), width);
}

/** `sendLag: 5.8ms, at most 5ms would do; requests left late: …`: what was found, what would do, what it means. */
function checkText(check: ValidityCheck): string {
  const { name, severity, observed, limit } = check;
  const { unit, bound, ifFailed } = wordsOf(check);
  const head = `${name}${severity === 'warning' ? ' (warning)' : ''}`;
  return `${head}: ${valueText(observed, unit)}, ${bound} ${valueText(limit, unit)} would do; ${ifFailed}`;
}
