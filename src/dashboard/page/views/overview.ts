import { chartDataOf } from '../../../charts/chart-data.ts';
import { type ChartStack, createChartStack } from '../../../charts/page/chart-stack.ts';
import { createHiddenLines } from '../../../charts/page/hidden-lines.ts';
import { pictureOf } from '../../../charts/page/picture.ts';
import type { LiveState } from '../../live/live-shape.ts';
import { element } from '../parts/dom.ts';
import { createHeatView } from '../parts/heat-view.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** Load, latency, instances, alarms and activities on one time axis: the report's own charts, of the run so far. */
export const overview: ViewMaker = (place) => {
  const save = element('button', { text: 'Save as PNG', attributes: { type: 'button' } });
  const head = element(
    'div',
    { className: 'charts-head' },
    element('p', {
      className: 'hint',
      text: 'Drag to zoom, double-click for all; arrow keys move the cursor; a legend’s names show and hide lines.',
    }),
    element('button', { id: 'zoom-reset', text: 'Show all', attributes: { type: 'button', hidden: '' } }),
    save,
    element('output', { id: 'cursor-time' }),
  );
  const panels = element('div', { id: 'panels' });
  const none = element('p', { className: 'none', text: 'Charts are drawn from the second second on.' });
  place.append(head, none, panels);
  let stack: ChartStack | null = null;
  let latest: LiveState | null = null;
  const heat = createHeatView(place, (t) => stack?.pointAt(t));
  save.hidden = true;
  save.addEventListener('click', async () => {
    if (stack === null || latest === null) return;
    const charts = [...stack.pictured(), { title: 'All response times', lines: [], canvas: heat.canvas }];
    const picture = await pictureOf(`${latest.facts.experiment}, run ${latest.facts.runId}`, charts);
    if (picture !== null) saveAs(picture, `${latest.facts.runId}.png`);
  });
  return {
    id: 'overview',
    title: 'Overview',
    show(state) {
      const { timeline } = state;
      latest = state;
      heat.show(state);
      if (!timeline.some(({ type }) => type === 'load')) return;
      none.hidden = true;
      save.hidden = false;
      const data = chartDataOf(chartedOf(state), timeline);
      if (stack === null)
        stack = createChartStack(panels, data, heat, createHiddenLines('mlbench-hidden-lines'));
      else stack.show(data);
      document.documentElement.dataset['charts'] = 'drawn';
    },
  };
};

function saveAs(picture: Blob, name: string): void {
  const link = element('a', { attributes: { href: URL.createObjectURL(picture), download: name } });
  link.click();
  URL.revokeObjectURL(link.href);
}

function chartedOf({ facts, now }: LiveState): Parameters<typeof chartDataOf>[0] {
  return {
    // The axis ends where the run is now.
    durationSeconds: now.elapsedMs / 1_000,
    timeScale: facts.timeScale,
    scaling: {},
    thresholds: now.figures?.expectations ?? [],
    rateOfUserRps: facts.rateOfUserRps,
  };
}
