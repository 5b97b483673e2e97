import { formatClock, formatNumber, formatUs } from '../../../charts/format.ts';
import type { RunLine, RunList } from '../../runs/run-line.ts';
import { look } from '../parts/connection.ts';
import { element, setText } from '../parts/dom.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** Past runs: what came of each, its report, and its files to take away. */
export const runs: ViewMaker = (place) => {
  const note = element('p', { className: 'hint', attributes: { role: 'status' } });
  const list = element('ol', { className: 'runs' });
  const again = element('button', { text: 'Look again', attributes: { type: 'button' } });
  const refresh = async () => {
    const found = await look<RunList>('/runs');
    if (found === null) {
      setText(note, 'The list of runs could not be had: mlbench is not heard.');
      return;
    }
    const { runs: lines, more, folder } = found;
    const older = more === 0 ? '' : `; ${formatNumber(more)} older ones are not listed`;
    setText(
      note,
      lines.length === 0 ? `No run is recorded in ${folder}.` : `Records are in ${folder}${older}.`,
    );
    list.replaceChildren(...lines.map(runItem));
  };
  again.addEventListener('click', refresh);
  place.append(again, note, list);
  let shownEnd = false;
  return {
    id: 'runs',
    title: 'Runs',
    entered: refresh,
    show({ now }) {
      // A run that has ended is in the list from then on.
      const isOver = now.phase === 'ended';
      if (isOver && !shownEnd) refresh();
      shownEnd = isOver;
    },
  };
};

function runItem({ runId, summary, problem, files }: RunLine): HTMLElement {
  const head = element('b', { text: runId });
  const words =
    summary === null
      ? [element('span', { className: 'detail', text: problem ?? '' })]
      : [
          verdict(summary.validity, summary.validity === 'VALID'),
          ...(summary.service === 'NONE' ? [] : [verdict(summary.service, summary.service === 'MET')]),
          element('span', {
            className: 'detail',
            text: `${summary.destination}: ${summary.load}; ${formatClock(summary.durationSeconds * 1_000)}, ${formatNumber(summary.sent)} sent, ${formatNumber(summary.failed)} failed, p99 ${formatUs(summary.p99Us)}`,
          }),
        ];
  return element('li', {}, head, ...words, filesOf(runId, files));
}

function verdict(text: string, isGood: boolean): HTMLElement {
  return element('span', { className: `verdict ${isGood ? 'good' : 'bad'}`, text });
}

function filesOf(runId: string, files: readonly string[]): HTMLElement {
  const at = (name: string) => `/runs/${encodeURIComponent(runId.toWellFormed())}/${name}`;
  const links = files.map((name) =>
    element('a', {
      text: name,
      attributes: { href: at(name), download: '', 'aria-label': `${name} of ${runId}` },
    }),
  );
  const report = files.includes('report.html')
    ? [
        element('a', {
          text: 'Open the report',
          attributes: {
            href: `${at('report.html')}?show`,
            target: '_blank',
            rel: 'noopener',
            'aria-label': `Open the report of ${runId}`,
          },
        }),
      ]
    : [];
  return element('span', { className: 'files' }, ...report, ...links);
}
