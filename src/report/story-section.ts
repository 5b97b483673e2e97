import { formatClock, formatSpan, plural } from './format.ts';
import { type Html, html } from './html.ts';
import type { ScaleOut } from './scale-out.ts';
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
${story.scaleOut && scaleOutTable(story.scaleOut, timeScale)}
</section>`;
}

function scaleOutTable({ from, to, parts, failedMeanwhile }: ScaleOut, timeScale: number): Html | null {
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) return null;
  const totalMs = last.toMs - first.fromMs;
  const wall = (ms: number) =>
    timeScale === 1 ? null : html`<td class="number">${formatSpan(ms / timeScale)}</td>`;
  const failed =
    failedMeanwhile === 0
      ? 'No request failed meanwhile'
      : `${plural(failedMeanwhile, 'request')} failed meanwhile`;
  return html`<h3>The first scale-out, ${from} → ${to}, taken apart</h3>
<div class="scroll"><table class="parts">
<thead><tr><th scope="col">From → to</th><th scope="col" class="between">Between</th><th scope="col" class="number">Cloud time</th>${timeScale !== 1 && html`<th scope="col" class="number">Wall time</th>`}<th scope="col" class="share">Share</th></tr></thead>
<tbody>${parts.map(({ name, fromMs, toMs }) => {
    const share = totalMs === 0 ? 0 : (toMs - fromMs) / totalMs;
    return html`<tr><th scope="row">${name}</th><td class="between">${formatClock(fromMs)} – ${formatClock(toMs)}</td><td class="number">${formatSpan(toMs - fromMs)}</td>${wall(toMs - fromMs)}<td class="share"><meter min="0" max="1" value="${share.toFixed(3)}">${Math.round(share * 100)} %</meter></td></tr>`;
  })}</tbody>
<tfoot><tr><th scope="row">In all</th><td class="between">${formatClock(first.fromMs)} – ${formatClock(last.toMs)}</td><td class="number">${formatSpan(totalMs)}</td>${wall(totalMs)}<td class="share">${failed}</td></tr></tfoot>
</table></div>`;
}
