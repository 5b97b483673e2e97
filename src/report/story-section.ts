import { formatClock } from '../charts/format.ts';
import { type Html, html } from './html.ts';
import { scaleOutTable } from './scale-out-table.ts';
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
${story.scaleOuts.map((scaleOut, index) => scaleOutTable(scaleOut, index, story.scaleOuts, timeScale))}
</section>`;
}
