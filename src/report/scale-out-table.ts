import { formatClock, formatNumber, formatSpan, formatUs, plural } from '../charts/format.ts';
import { sharedWith } from '../record/fleet/missed.ts';
import type { ScaleOutDelay } from '../record/schemas/scaling-schema.ts';
import { type Html, html } from './html.ts';

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

/** Where a scale-out's time went, and what it cost the callers. */
export function scaleOutTable(
  scaleOut: ScaleOutDelay,
  index: number,
  all: readonly ScaleOutDelay[],
  timeScale: number,
): Html | null {
  const { parts, moments } = scaleOut;
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) return null;
  const totalMs = last.toMs - first.fromMs;
  const wall = (ms: number) =>
    timeScale === 1 ? null : html`<td class="number">${formatSpan(ms / timeScale)}</td>`;
  const notes = [
    ...(moments.inServiceMs === null
      ? ['As many instances as were asked for were not seen in service.']
      : moments.firstTrafficMs === null
        ? []
        : [`The new instances had a share of the requests from ${formatClock(moments.firstTrafficMs)} on.`]),
    lateText(scaleOut),
    sharedText(scaleOut, all.slice(0, index)),
  ].filter((text) => text !== '');
  return html`<div class="scale-out"><h3>${headingOf(scaleOut, index, all.length)}</h3>
<div class="scroll"><table class="parts">
<thead><tr><th scope="col">From → to</th><th scope="col" class="between">Between</th><th scope="col" class="number">Cloud time</th>${timeScale !== 1 && html`<th scope="col" class="number">Wall time</th>`}<th scope="col" class="share">Share</th></tr></thead>
<tbody>${parts.map(({ name, fromMs, toMs }) => {
    const share = totalMs === 0 ? 0 : (toMs - fromMs) / totalMs;
    return html`<tr><th scope="row">${name}</th><td class="between">${formatClock(fromMs)} – ${formatClock(toMs)}</td><td class="number">${formatSpan(toMs - fromMs)}</td>${wall(toMs - fromMs)}<td class="share"><meter min="0" max="1" value="${share.toFixed(3)}">${Math.round(share * 100)} %</meter></td></tr>`;
  })}</tbody>
<tfoot><tr><th scope="row">In all</th><td class="between">${formatClock(first.fromMs)} – ${formatClock(last.toMs)}</td><td class="number">${formatSpan(totalMs)}</td>${wall(totalMs)}<td class="share"></td></tr></tfoot>
</table></div>
<p class="missed">${[failedText(scaleOut), ...notes].join(' ')}</p></div>`;
}

function headingOf({ from, to, moments }: ScaleOutDelay, index: number, count: number): string {
  const name =
    count === 1 ? 'scale-out' : ordinals[index] ? `${ordinals[index]} scale-out` : `scale-out ${index + 1}`;
  return `The ${name}, ${from} → ${to}, ${moments.inServiceMs === null ? 'as far as it came' : 'taken apart'}`;
}

function failedText({ missed: { failed } }: ScaleOutDelay): string {
  return failed === 0 ? 'No request failed meanwhile.' : `${plural(failed, 'request')} failed meanwhile.`;
}

function lateText({ missed: { late }, slo }: ScaleOutDelay): string {
  if (late === null || slo === null) return '';
  const limit = `${formatUs(slo.limitUs)}, ${slo.isPromised ? 'as expected of p99' : 'three times the calm p99'}`;
  if (late.atMost === 0) return `No answer took longer than ${limit}.`;
  return `${countText(late)} ${late.atMost === 1 ? 'answer' : 'answers'} took longer than ${limit}.`;
}

/** What is in two tables is counted in both; a reader who adds them up must know. */
function sharedText(delay: ScaleOutDelay, earlier: readonly ScaleOutDelay[]): string {
  const { shared } = delay.missed;
  if (shared === undefined) return '';
  const { failed, late } = shared;
  const counted = [
    ...(failed === 0 ? [] : [plural(failed, 'failure')]),
    ...(late === null || late.atMost === 0
      ? []
      : [`${countText(late).toLowerCase()} late ${late.atMost === 1 ? 'answer' : 'answers'}`]),
  ];
  if (counted.length === 0) return '';
  const names = sharedWith(delay, earlier).map(({ from, to }) => `${from} → ${to}`);
  const isOne = counted.length === 1 && failed + (late?.atMost ?? 0) === 1;
  return `Of these, ${counted.join(' and ')} ${isOne ? 'is' : 'are'} counted with ${names.join(', ')}, too.`;
}

function countText({ atLeast, atMost }: { atLeast: number; atMost: number }): string {
  return atLeast === atMost
    ? formatNumber(atLeast)
    : `Between ${formatNumber(atLeast)} and ${formatNumber(atMost)}`;
}
