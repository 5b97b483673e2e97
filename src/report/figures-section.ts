import { formatNumber, formatSpan, formatUs, formatValue, plural, truncate } from '../charts/format.ts';
import { formatBytes } from '../core/units.ts';
import { wordsOf } from '../record/judgement/checks.ts';
import type { LatencySummary } from '../record/latency/latency-summary.ts';
import type { ErrorGroup, LatencyKind, RunResult } from '../record/schemas/result.ts';
import { type Html, html } from './html.ts';
import { namedSection } from './named-section.ts';

/** The tables: latency, errors, expectations, validity, counts. */
export function figuresSection(result: RunResult): Html {
  return html`<section class="figures">
${latencyTable(result)}
${namedSection(result)}
${errorTable(result)}
<div class="columns">
<div>${expectationTable(result)}${validityTable(result)}</div>
${countTable(result)}
</div>
</section>`;
}

const kinds: { kind: LatencyKind; name: string; meaning: string }[] = [
  { kind: 'response', name: 'Response', meaning: 'intended start → last byte: what a caller feels' },
  { kind: 'service', name: 'Service', meaning: 'actual send → last byte: what the server did' },
  { kind: 'firstByte', name: 'First byte', meaning: 'actual send → first byte' },
  { kind: 'poolWait', name: 'Pool wait', meaning: 'waiting for a connection' },
  { kind: 'sendLag', name: 'Send lag', meaning: 'intended start → the worker takes it up' },
];

const columns: { key: Exclude<keyof LatencySummary, 'count'>; name: string }[] = [
  { key: 'min', name: 'min' },
  { key: 'mean', name: 'mean' },
  { key: 'p50', name: 'p50' },
  { key: 'p66', name: 'p66' },
  { key: 'p75', name: 'p75' },
  { key: 'p80', name: 'p80' },
  { key: 'p90', name: 'p90' },
  { key: 'p95', name: 'p95' },
  { key: 'p98', name: 'p98' },
  { key: 'p99', name: 'p99' },
  { key: 'p99_9', name: 'p99.9' },
  { key: 'p99_99', name: 'p99.99' },
  { key: 'max', name: 'max' },
];

function latencyTable(result: RunResult): Html {
  return html`<h2>Latency</h2>
<div class="scroll" tabindex="0"><table class="latency">
<thead><tr><th scope="col">Time</th>${columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${kinds.map(({ kind, name, meaning }) => {
    const summary = result.latencyUs[kind];
    return html`<tr class="${kind}"><th scope="row"><span>${name}</span><span class="detail">${meaning}</span></th>${columns.map(({ key }) => html`<td class="number">${formatUs(summary[key])}</td>`)}</tr>`;
  })}</tbody>
</table></div>`;
}

const maxErrorGroups = 50;

function errorTable(result: RunResult): Html {
  const groups = [...result.errors].sort((a, b) => b.count - a.count);
  if (groups.length === 0) return html`<h2>Errors</h2><p class="none">No request failed.</p>`;
  const left = groups.slice(maxErrorGroups);
  const leftCount = left.reduce((sum, group) => sum + group.count, 0);
  return html`<h2>Errors</h2>
<div class="scroll" tabindex="0"><table class="errors">
<thead><tr><th scope="col">Kind</th><th scope="col" class="number">Status</th><th scope="col">Message</th><th scope="col" class="number">Count</th><th scope="col">First</th><th scope="col">Last</th></tr></thead>
<tbody>${groups.slice(0, maxErrorGroups).map(errorRow)}${
    left.length > 0 &&
    html`<tr><td colspan="3">${plural(left.length, 'further kind')} of error</td><td class="number">${formatNumber(leftCount)}</td><td></td><td></td></tr>`
  }</tbody>
</table></div>`;
}

function errorRow(group: ErrorGroup): Html {
  return html`<tr><td>${group.kind}</td><td class="number">${group.status === 0 ? '–' : group.status}</td><td class="message">${truncate(group.message, 400)}</td><td class="number">${formatNumber(group.count)}</td><td class="clock">${timeOfDay(group.firstAt)}</td><td class="clock">${timeOfDay(group.lastAt)}</td></tr>`;
}

function expectationTable(result: RunResult): Html | null {
  if (result.thresholds.length === 0) return null;
  return html`<div id="expectations"><h2>Expectations</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Expected</th><th scope="col" class="number">Observed</th><th scope="col">Result</th></tr></thead>
<tbody>${result.thresholds.map(
    ({ expression, observed, unit, passed }) =>
      html`<tr><td><code>${truncate(expression, 100)}</code></td><td class="number">${observed === null ? '–' : formatValue(observed, unit)}</td><td>${outcome(passed ? 'good' : 'bad', passed ? 'met' : 'missed')}</td></tr>`,
  )}</tbody>
</table></div></div>`;
}

function validityTable(result: RunResult): Html {
  const { verdict, checks } = result.validity;
  return html`<div id="validity"><h2>Validity: ${verdict}</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Check</th><th scope="col" class="number">Observed</th><th scope="col" class="number">Limit</th><th scope="col">Result</th></tr></thead>
<tbody>${checks.map((check) => {
    const { meaning, unit } = wordsOf(check);
    const tone = check.passed ? 'good' : check.severity === 'error' ? 'bad' : 'warn';
    return html`<tr><th scope="row"><span>${truncate(check.name, 60)}</span><span class="detail">${meaning}</span></th><td class="number">${formatValue(check.observed, unit)}</td><td class="number">${formatValue(check.limit, unit)}</td><td>${outcome(tone, check.passed ? 'passed' : check.severity === 'error' ? 'failed' : 'warning')}</td></tr>`;
  })}</tbody>
</table></div></div>`;
}

function countTable(result: RunResult): Html {
  const { requests, generator, statuses = {}, bytes, redirects, connections } = result;
  const rows: [string, string][] = [
    ['Intended', formatNumber(requests.intended)],
    ['Sent', formatNumber(requests.sent)],
    ['Succeeded', formatNumber(requests.succeeded)],
    ['Failed', formatNumber(requests.failed)],
    ['Dropped before sending', formatNumber(requests.dropped)],
    ['In flight at the end', formatNumber(requests.inFlightAtEnd)],
    ...rateRows(result),
    ...Object.entries(statuses).map(([status, count]): [string, string] => [
      `Answers of status ${status}`,
      formatNumber(count),
    ]),
    ...(redirects === undefined
      ? []
      : [['Redirects followed', formatNumber(redirects.followed)] as [string, string]]),
    ...(connections === undefined ? [] : [connectionsRow(connections)]),
    ...(bytes === undefined
      ? []
      : ([
          ['Bytes sent', `${formatBytes(bytes.sent)}, ${formatBytes(bytes.sentPerSecond)}/s`],
          ['Bytes received', `${formatBytes(bytes.received)}, ${formatBytes(bytes.receivedPerSecond)}/s`],
        ] as [string, string][])),
    ['Generator CPU a request', formatUs(generator.cpuUsPerRequest)],
    ['Generator loop lag p99', formatUs(generator.loopLagUsP99)],
  ];
  return html`<div><h2>Counts</h2>
<table><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="number">${value}</td></tr>`)}</tbody></table></div>`;
}

function connectionsRow({
  opened,
  keptAlive,
}: NonNullable<RunResult['connections']>): [name: string, value: string] {
  return ['Connections opened', `${formatNumber(opened)}${keptAlive ? '' : ', one for each request'}`];
}

/** Each over its own time. */
function rateRows({ rateRps }: RunResult): [string, string][] {
  const { intended, sent, achieved, windows } = rateRps;
  if (windows === undefined) return [];
  const row = (
    name: string,
    rate: number,
    { fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number },
  ) =>
    [name, `${formatNumber(rate)}/s over ${formatSpan((toSeconds - fromSeconds) * 1_000)}`] as [
      string,
      string,
    ];
  return [
    ...(intended === null || windows.offered === undefined
      ? []
      : [row('Offered', intended, windows.offered)]),
    ...(sent === undefined ? [] : [row('Sent a second', sent, windows.sent)]),
    row('Answered', achieved, windows.answered),
  ];
}

function outcome(tone: 'good' | 'bad' | 'warn', words: string): Html {
  return html`<span class="outcome ${tone}">${words}</span>`;
}

function timeOfDay(iso: string): string {
  return truncate(iso.slice(11, 19) || iso, 20);
}
