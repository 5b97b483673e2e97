import { formatNumber, formatShare, formatUs, truncate } from '../charts/format.ts';
import { formatUsd } from '../core/units.ts';
import type { SimulationSummary } from '../scaling/simulate/spec.ts';
import { type Html, html } from './html.ts';

/** What a sweep or a comparison tried. */
export interface Candidates {
  tried: readonly { name: string; summary: SimulationSummary }[];
  /** Names of those that no other beats in cost and in SLO misses. */
  pareto: readonly string[];
  winner: string | null;
}

const mostRows = 100;

/** A row a candidate; of many, those that there is to choose from. */
export function candidatesSection({ tried, pareto, winner }: Candidates): Html | null {
  if (tried.length === 0) return null;
  const front = new Set(pareto);
  const shown = tried.length > mostRows ? tried.filter(({ name }) => front.has(name)) : tried;
  return html`<section id="candidates"><h2>Candidates</h2>
<p>★ wins: the cheapest within the allowed misses, else the one that misses least. ◆ no other is both cheaper and better.
${shown.length < tried.length && `${formatNumber(tried.length)} were tried; shown are those on the front. `}The charts and figures above are of <b>${winner ?? 'none'}</b>.</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col"></th><th scope="col">Policy</th><th scope="col" class="number">Cost</th><th scope="col" class="number">SLO missed</th><th scope="col" class="number">Response p99</th><th scope="col" class="number">Most instances</th><th scope="col" class="number">Out</th><th scope="col" class="number">In</th></tr></thead>
<tbody>${shown.slice(0, mostRows).map(({ name, summary }) => {
    const { costUsd, instances, sloMissShare, responseUs, scaleOuts, scaleIns } = summary;
    const mark = name === winner ? '★' : front.has(name) ? '◆' : '';
    const cost = costUsd === null ? `${formatNumber(instances.hours)} h` : formatUsd(costUsd);
    return html`<tr class="${name === winner && 'winner'}"><td>${mark}</td><th scope="row">${truncate(name, 200)}</th><td class="number">${cost}</td><td class="number">${formatShare(sloMissShare)}</td><td class="number">${formatUs(responseUs?.p99 ?? null)}</td><td class="number">${formatNumber(instances.max)}</td><td class="number">${formatNumber(scaleOuts)}</td><td class="number">${formatNumber(scaleIns)}</td></tr>`;
  })}</tbody>
</table></div></section>`;
}
