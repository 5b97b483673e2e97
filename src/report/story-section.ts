import type { ScaleOutDelay } from '../record/schemas/scaling-schema.ts';
import { formatClock, formatNumber, formatSpan, formatUs, plural } from './format.ts';
import { type Html, html } from './html.ts';
import type { Story } from './story.ts';

/** What happened in words, on the charts' clock. */
export function storySection(story: Story, timeScale: number): Html {
  return html`<section class="story">
<h2>What happened</h2>
<p class="headline">${story.headline}</p>
${
  story.steps.length > 0 &&
  html`<ol class="steps">${story.steps.map(
    (step) => html`<li><time>${formatClock(step.cloudTimeMs)}</time><span>${step.text}</span></li>`,
  )}</ol>`
}
${story.scaleOuts.map((scaleOut, index) => scaleOutTable(scaleOut, index, story.scaleOuts.length, timeScale))}
</section>`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

function scaleOutTable(
  { from, to, parts, missed, slo, moments }: ScaleOutDelay,
  index: number,
  count: number,
  timeScale: number,
): Html | null {
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) return null;
  const totalMs = last.toMs - first.fromMs;
  const wall = (ms: number) =>
    timeScale === 1 ? null : html`<td class="number">${formatSpan(ms / timeScale)}</td>`;
  const name =
    count === 1 ? 'scale-out' : ordinals[index] ? `${ordinals[index]} scale-out` : `scale-out ${index + 1}`;
  const traffic =
    moments.firstTrafficMs === null
      ? ''
      : ` The new instances had a share of the requests from ${formatClock(moments.firstTrafficMs)} on.`;
  return html`<h3>The ${name}, ${from} → ${to}, taken apart</h3>
<div class="scroll"><table class="parts">
<thead><tr><th scope="col">From → to</th><th scope="col" class="between">Between</th><th scope="col" class="number">Cloud time</th>${timeScale !== 1 && html`<th scope="col" class="number">Wall time</th>`}<th scope="col" class="share">Share</th></tr></thead>
<tbody>${parts.map(({ name, fromMs, toMs }) => {
    const share = totalMs === 0 ? 0 : (toMs - fromMs) / totalMs;
    return html`<tr><th scope="row">${name}</th><td class="between">${formatClock(fromMs)} – ${formatClock(toMs)}</td><td class="number">${formatSpan(toMs - fromMs)}</td>${wall(toMs - fromMs)}<td class="share"><meter min="0" max="1" value="${share.toFixed(3)}">${Math.round(share * 100)} %</meter></td></tr>`;
  })}</tbody>
<tfoot><tr><th scope="row">In all</th><td class="between">${formatClock(first.fromMs)} – ${formatClock(last.toMs)}</td><td class="number">${formatSpan(totalMs)}</td>${wall(totalMs)}<td class="share">${failedText(missed.failed)}</td></tr></tfoot>
</table></div>
${(missed.late !== null || traffic !== '') && html`<p class="missed">${lateText(missed, slo)}${traffic}</p>`}`;
}

function failedText(failed: number): string {
  return failed === 0 ? 'No request failed meanwhile' : `${plural(failed, 'request')} failed meanwhile`;
}

function lateText({ late }: ScaleOutDelay['missed'], slo: ScaleOutDelay['slo']): string {
  if (late === null || slo === null) return '';
  const limit = `${formatUs(slo.limitUs)}, ${slo.isPromised ? 'as promised for p99' : 'three times the calm p99'}`;
  if (late.atMost === 0) return `No answer took longer than ${limit}.`;
  const counts =
    late.atLeast === late.atMost
      ? formatNumber(late.atLeast)
      : `Between ${formatNumber(late.atLeast)} and ${formatNumber(late.atMost)}`;
  return `${counts} answers took longer than ${limit}.`;
}
