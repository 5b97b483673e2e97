import { chartDataOf } from '../../../charts/chart-data.ts';
import { type ChartStack, createChartStack } from '../../../charts/page/chart-stack.ts';
import type { LiveState } from '../../live/live-shape.ts';
import { element } from '../parts/dom.ts';
import { createHeatView } from '../parts/heat-view.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** Load, latency, instances, alarms and activities on one time axis: the report's own charts, of the run so far. */
export const overview: ViewMaker = (place) => {
  const head = element(
    'div',
    { className: 'charts-head' },
    element('p', {
      className: 'hint',
      text: 'Drag to zoom, double-click for all; arrow keys move the cursor.',
    }),
    element('button', { id: 'zoom-reset', text: 'Show all', attributes: { type: 'button', hidden: '' } }),
    element('output', { id: 'cursor-time' }),
  );
  const panels = element('div', { id: 'panels' });
  const none = element('p', { className: 'none', text: 'Charts are drawn from the second second on.' });
  place.append(head, none, panels);
  const heat = createHeatView(place);
  let stack: ChartStack | null = null;
  return {
    id: 'overview',
    title: 'Overview',
    show(state) {
      const { timeline } = state;
      heat.show(state);
      if (!timeline.some(({ type }) => type === 'load')) return;
      none.hidden = true;
      const data = chartDataOf(chartedOf(state), timeline);
      if (stack === null) stack = createChartStack(panels, data);
      else stack.show(data);
      document.documentElement.dataset['charts'] = 'drawn';
    },
  };
};

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
