import { metrics } from '../../../catalog/metrics.ts';
import { withShortAlarmNames } from '../../../catalog/own-alarms.ts';
import { formatClock, formatNumber, formatUs } from '../../../charts/format.ts';
import { type EventMark, marksOf, shortReason } from '../../../charts/marks.ts';
import type { TimelineEvent } from '../../../record/schemas/timeline.ts';
import type { FleetFact } from '../../live/live-shape.ts';
import { createDataTable } from '../parts/data-table.ts';
import { element, setText } from '../parts/dom.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** What the fleet does and why: alarms as they are now, and each change explained. */
export const scaling: ViewMaker = (place) => {
  const alarms = element('ul', { className: 'lights' });
  const next = element('ul', { className: 'lights' });
  const waits = element('div', {}, element('h2', { text: 'What it waits for' }), next);
  waits.hidden = true;
  place.append(element('h2', { text: 'Now' }), alarms, waits, element('h2', { text: 'What happened' }));
  const table = createDataTable<EventMark>(place, {
    caption: 'Alarms, activities and instances',
    columns: [
      {
        id: 'time',
        title: 'Time',
        isNumber: false,
        value: ({ t }) => t,
        write: ({ t }) => formatClock(t * 1_000),
      },
      {
        id: 'what',
        title: 'What',
        isNumber: false,
        isLong: true,
        value: ({ text }) => text,
        write: ({ text }) => text,
      },
      {
        id: 'why',
        title: 'Why',
        isNumber: false,
        isLong: true,
        value: ({ detail }) => detail,
        write: ({ detail }) => detail,
      },
    ],
    keyOf: ({ number }) => String(number),
    none: 'Nothing has happened to the fleet.',
  });
  return {
    id: 'scaling',
    title: 'Scaling',
    badge: ({ timeline }) => changesIn(timeline),
    show({ facts, timeline, now }) {
      const { waitsFor } = facts.fleet;
      // A run that has ended is not looked at any more.
      waits.hidden = waitsFor.length === 0 || now.phase === 'ended';
      showLines(next, waitsFor);
      alarms.replaceChildren(...standingOf(facts.fleet, timeline));
      table.show(marksOf(timeline));
    },
  };
};

/** Alarms and activities so far: instances follow from them. */
function changesIn(timeline: readonly TimelineEvent[]): string {
  const count = timeline.filter(
    (event) => event.type === 'activity' || (event.type === 'alarm' && event.state === 'ALARM'),
  ).length;
  return count === 0 ? '' : formatNumber(count);
}

/** Lines that stay are the same elements: what is selected stays, and a reader of a screen keeps its place. */
function showLines(list: HTMLElement, lines: readonly string[]): void {
  while (list.childElementCount > lines.length) list.lastElementChild!.remove();
  for (const [index, words] of lines.entries()) {
    const item = list.children[index] ?? list.appendChild(element('li'));
    setText(item, words);
  }
}

function standingOf(fleet: FleetFact, timeline: readonly TimelineEvent[]): HTMLElement[] {
  const capacity = timeline.findLast((event) => event.type === 'capacity');
  const alarms = new Map<string, TimelineEvent & { type: 'alarm' }>();
  const known = new Map<string, MetricEvent>();
  for (const event of timeline) {
    if (event.type === 'alarm') alarms.set(event.alarmName, event);
    if (event.type === 'metric') known.set(`${event.metricName} ${event.statistic}`, event);
  }
  if (capacity?.type !== 'capacity') return [element('li', { className: 'none', text: fleet.words })];
  const { current, desired, endpointStatus } = capacity;
  const wanted = desired === current ? '' : `, ${formatNumber(desired)} wanted`;
  return [
    ...(fleet.state === 'unseen' ? [line('bad', 'watch', fleet.words)] : []),
    line(
      desired === current ? 'good' : 'warn',
      'instances',
      `${formatNumber(current)} in service${wanted}; ${endpointStatus}`,
    ),
    ...[...known.values()].map(metricLine),
    ...[...alarms.values()].map(({ alarmName, state, reason }) =>
      line(
        state === 'ALARM' ? 'bad' : state === 'OK' ? 'good' : 'neutral',
        withShortAlarmNames(alarmName),
        `${state}: ${shortReason(reason)}`,
      ),
    ),
  ];
}

type MetricEvent = TimelineEvent & { type: 'metric' };

/** As CloudWatch calls it, with its statistic; a latency as one. */
function metricLine({ metricName, statistic, value, target }: MetricEvent): HTMLElement {
  const { unit } = Object.values(metrics).find((metric) => metric.metricName === metricName) ?? {};
  const write = unit === 'Microseconds' ? formatUs : formatNumber;
  const held = target === null ? '' : `, held at ${write(target)}`;
  return line('neutral', metricName, `${statistic} ${write(value)}${held}`);
}

function line(tone: 'good' | 'warn' | 'bad' | 'neutral', title: string, words: string): HTMLElement {
  return element(
    'li',
    {},
    element('b', { className: tone, text: title }),
    element('span', { className: 'detail', text: words }),
  );
}
