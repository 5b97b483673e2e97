import type { ChartData } from '../charts/chart-shape.ts';
import { formatClock, formatNumber } from '../charts/format.ts';
import type { EventMark } from '../charts/marks.ts';
import { type Html, html } from './html.ts';

/** The charts' places, which the page's script fills, and the events in words. */
export function chartsSection(data: ChartData): Html {
  return html`<section class="charts" id="charts">
<div class="charts-head">
<h2>On one clock</h2>
<p class="hint">${data.timeScale === 1 ? 'Time since the run’s start' : `Cloud time since the run’s start; small: wall time (÷ ${formatNumber(data.timeScale)})`}.
Drag to zoom, double-click for all.</p>
<button type="button" id="zoom-reset" hidden>Show all</button>
<output id="cursor-time"></output>
</div>
<noscript><p class="alert">The charts are drawn by this page's own script, which is switched off here; the tables are complete without it.</p></noscript>
<div id="panels"></div>
${eventList(data)}
</section>`;
}

function eventList(data: ChartData): Html | null {
  if (data.marks.length === 0) return null;
  const rows = data.marks.map((mark) => eventRow(mark, data.timeScale));
  return html`<h3>Events</h3>
<div class="scroll"><table class="events">
<thead><tr><th scope="col">No.</th><th scope="col">${data.timeScale === 1 ? 'Time' : 'Cloud time'}</th>${data.timeScale !== 1 && html`<th scope="col">Wall</th>`}<th scope="col">What happened</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function eventRow(mark: EventMark, timeScale: number): Html {
  return html`<tr id="event-${mark.number}" data-mark="${mark.number}" tabindex="0">
<td><span class="mark ${mark.kind}">${mark.number}</span></td><td class="clock">${formatClock(mark.t * 1_000)}</td>${timeScale !== 1 && html`<td class="clock muted">${formatClock((mark.t * 1_000) / timeScale)}</td>`}
<td>${mark.text}${mark.detail && html`<span class="detail">${mark.detail}</span>`}</td></tr>`;
}
