import { formatNumber, formatUs, plural, truncate } from '../charts/format.ts';
import type { LatencySummary } from '../record/latency/latency-summary.ts';
import type { NamedRequests, RunResult } from '../record/schemas/result.ts';
import { type Html, html } from './html.ts';

const columns: { key: Exclude<keyof LatencySummary, 'count'>; name: string }[] = [
  { key: 'mean', name: 'mean' },
  { key: 'p50', name: 'p50' },
  { key: 'p90', name: 'p90' },
  { key: 'p95', name: 'p95' },
  { key: 'p99', name: 'p99' },
  { key: 'p99_9', name: 'p99.9' },
  { key: 'max', name: 'max' },
];

/** With a scenario: a row a named request, response times; and what its code threw. Nothing without one. */
export function namedSection(result: RunResult): Html | null {
  const { requestsByName, exceptions, flows } = result;
  if (requestsByName === undefined && exceptions === undefined) return null;
  const rows = Object.entries(requestsByName ?? {});
  return html`<div id="by-name"><h2>By name</h2>
${flows !== undefined && html`<p>${plural(flows.started, 'flow')} begun${flows.dropped > 0 && `, ${formatNumber(flows.dropped)} dropped at the end`}. Response times, without the warm-up.</p>`}
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Request</th><th scope="col" class="number">Succeeded</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Bytes</th>${columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows.slice(0, mostRows).map(([name, named]) => namedRow(name, named))}${
    rows.length > mostRows &&
    html`<tr><td colspan="${columns.length + 4}">${plural(rows.length - mostRows, 'further name')} in result.json</td></tr>`
  }</tbody>
</table></div>
${exceptions !== undefined && exceptionTable(exceptions)}
</div>`;
}

const mostRows = 100;

function namedRow(
  name: string,
  { method, succeeded, failed, meanBodyBytes, responseUs }: NamedRequests,
): Html {
  return html`<tr><th scope="row"><span>${truncate(name, 100)}</span><span class="detail">${truncate(method, 10)}</span></th><td class="number">${formatNumber(succeeded)}</td><td class="number">${formatNumber(failed)}</td><td class="number">${formatNumber(meanBodyBytes)}</td>${columns.map(({ key }) => html`<td class="number">${formatUs(responseUs[key])}</td>`)}</tr>`;
}

function exceptionTable(exceptions: NonNullable<RunResult['exceptions']>): Html {
  return html`<h2>What the scenario threw</h2>
<div class="scroll" tabindex="0"><table class="errors">
<thead><tr><th scope="col">Message</th><th scope="col">Where</th><th scope="col" class="number">Count</th></tr></thead>
<tbody>${exceptions
    .slice(0, mostRows)
    .map(
      ({ message, traceback, count }) =>
        html`<tr><td class="message">${truncate(message, 400)}</td><td><code>${truncate(traceback.split('\n')[0] ?? '', 100)}</code></td><td class="number">${formatNumber(count)}</td></tr>`,
    )}</tbody>
</table></div>`;
}
