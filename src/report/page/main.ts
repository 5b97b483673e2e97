/** The report's page: draws the charts from the embedded data. Everything else on the page is plain HTML. */
import type { ChartData } from '../../charts/chart-shape.ts';
import { createChartStack } from '../../charts/page/chart-stack.ts';

const source = document.getElementById('chart-data')?.textContent;
const place = document.getElementById('panels');
if (source && place) {
  const data: ChartData = JSON.parse(source);
  createChartStack(place, data);
  document.documentElement.dataset['charts'] = 'drawn';
}
