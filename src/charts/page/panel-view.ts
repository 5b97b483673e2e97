import type uPlot from 'uplot';
import type { ChartData } from '../chart-shape.ts';
import type { HiddenLines } from './hidden-lines.ts';
import { createPanelTable } from './panel-table.ts';
import type { PanelSpec } from './panels.ts';
import { createPlot, type Drawn, type PlotListeners, rowsOf } from './plot.ts';

/** One chart on the page: its heading, its legend with the values at the cursor, and the plot. */
export interface PanelView {
  readonly spec: PanelSpec;
  readonly plot: uPlot;
  figure: HTMLElement;
  /** In the legend, of the row of each line that the cursor is at. */
  showValues(): void;
  /** The same lines with other values, as of a run that goes on. */
  show(spec: PanelSpec, data: ChartData): void;
}

export function createPanel(
  parent: HTMLElement,
  spec: PanelSpec,
  data: ChartData,
  width: number,
  listeners: PlotListeners,
  hidden: HiddenLines,
): PanelView {
  const figure = element('figure', 'panel');
  figure.id = `panel-${spec.id}`;
  figure.tabIndex = 0;
  const caption = element('figcaption', 'panel-head');
  const heading = element('h3', '');
  heading.textContent = spec.title;
  const unit = element('span', 'unit');
  unit.textContent = spec.left.label;
  const legend = element('ul', 'legend');
  caption.append(heading, unit, legend);
  const place = element('div', 'plot');
  place.setAttribute('role', 'img');
  place.setAttribute('aria-label', describe(spec));
  figure.append(caption, place);
  parent.append(figure);

  const drawn: Drawn = { spec, data };
  const plot = createPlot(place, drawn, width, listeners);
  const showValues = createLegend(legend, plot, drawn, hidden);
  const table = createPanelTable(drawn);
  figure.append(table.place);
  moveByKeys(figure, plot);
  return {
    get spec() {
      return drawn.spec;
    },
    plot,
    figure,
    showValues,
    show(next, of) {
      drawn.spec = next;
      drawn.data = of;
      heading.textContent = next.title;
      place.setAttribute('aria-label', describe(next));
      // The stretch that is shown stays: whoever has zoomed in is looking at something.
      plot.setData(rowsOf(next), false);
      showValues();
      table.changed();
    },
  };
}

/** @returns shows each line's value at the cursor */
function createLegend(legend: HTMLElement, plot: uPlot, drawn: Drawn, hidden: HiddenLines): () => void {
  const outputs = drawn.spec.series.map(({ label, colour, dash }, index) => {
    const item = element('li', '');
    const button = element('button', '') as HTMLButtonElement;
    button.type = 'button';
    button.title = `Show or hide ${label}`;
    const line = `${drawn.spec.id} ${label}`;
    const show = (isShown: boolean) => {
      button.setAttribute('aria-pressed', String(isShown));
      plot.setSeries(index + 1, { show: isShown });
    };
    if (hidden.has(line)) show(false);
    else button.setAttribute('aria-pressed', 'true');
    const swatch = element('span', `swatch ${colour}${dash ? ' dashed' : ''}`);
    const value = element('output', '');
    button.append(swatch, label);
    item.append(button, value);
    legend.append(item);
    button.addEventListener('click', () => {
      const isShown = button.getAttribute('aria-pressed') !== 'true';
      hidden.set(line, !isShown);
      show(isShown);
    });
    return value;
  });
  return () => {
    const isOn = (plot.cursor.left ?? -1) >= 0;
    outputs.forEach((output, index) => {
      const series = drawn.spec.series[index]!;
      const row = isOn ? plot.cursor.idxs?.[index + 1] : null;
      const value = row === null || row === undefined ? null : series.values[row];
      output.textContent = value === null || value === undefined ? '' : series.write(value);
    });
  };
}

/** The cursor by arrow keys, a row at a time; with Shift, ten. */
function moveByKeys(figure: HTMLElement, plot: uPlot): void {
  figure.addEventListener('keydown', (event) => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (direction === 0 || event.target !== figure) return;
    event.preventDefault();
    const times = plot.data[0];
    const from = plot.cursor.idx ?? (direction > 0 ? -1 : times.length);
    const row = Math.min(times.length - 1, Math.max(0, from + direction * (event.shiftKey ? 10 : 1)));
    plot.setCursor({ left: plot.valToPos(times[row]!, 'x'), top: 10 }, true);
  });
}

/** For readers who do not see the chart: what each line spans. */
function describe(spec: PanelSpec): string {
  const lines = spec.series.map((series) => {
    const values = series.values.filter((value) => value !== null);
    if (values.length === 0) return `${series.label}: nothing`;
    const least = values.reduce((a, b) => Math.min(a, b));
    const greatest = values.reduce((a, b) => Math.max(a, b));
    return `${series.label} from ${series.write(least)} to ${series.write(greatest)}`;
  });
  return `${spec.title}: ${lines.join('; ')}`;
}

function element(name: string, className: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}
