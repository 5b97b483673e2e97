import { formatValue } from '../../../charts/format.ts';
import { type CheckName, checks as known } from '../../../record/judgement/checks.ts';
import { faultsOf, isOpen } from '../../../record/judgement/standing-verdict.ts';
import type { Unit } from '../../../record/judgement/unit.ts';
import type { Figures, Phase } from '../../live/live-shape.ts';
import { element } from '../parts/dom.ts';
import { isOver } from '../parts/phases.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** Two questions: can the measurement be believed, and does the service do what was expected. */
export const checks: ViewMaker = (place) => {
  const measurement = element('ul', { className: 'lights' });
  const service = element('ul', { className: 'lights' });
  place.append(
    element('h2', { text: 'Can the measurement be believed?' }),
    measurement,
    element('h2', { text: 'Does the service do what was expected?' }),
    service,
  );
  return {
    id: 'checks',
    title: 'Checks',
    badge({ now: { figures, phase } }) {
      const failed = figures === null ? 0 : faultsOf(figures.checks, isOver(phase)).length;
      const missed = figures?.expectations.filter(({ passed }) => !passed).length ?? 0;
      return failed + missed > 0 ? String(failed + missed) : '';
    },
    show({ now: { figures, phase } }) {
      measurement.replaceChildren(...(figures?.checks ?? []).map((check) => checkLine(check, phase)));
      service.replaceChildren(...(figures?.expectations ?? []).map(expectationLine));
      if (service.childElementCount === 0) {
        service.append(
          element('li', { className: 'none', text: 'Nothing is expected: --expect says what is.' }),
        );
      }
    },
  };
};

function checkLine(shown: Figures['checks'][number], phase: Phase): HTMLElement {
  const { name, passed, severity, observed, limit } = shown;
  const check = known[name as CheckName] as (typeof known)[CheckName] | undefined;
  const unit: Unit = check?.unit ?? 'count';
  const open = isOpen(shown, isOver(phase));
  const tone = passed ? 'good' : open ? 'open' : severity === 'error' ? 'bad' : 'warn';
  const bound = check?.bound ?? 'at most';
  return light(tone, name, [
    check?.meaning ?? '',
    `${formatValue(observed, unit)}, ${bound} ${formatValue(limit, unit)}`,
    passed || open ? '' : (check?.ifFailed ?? ''),
  ]);
}

function expectationLine({
  expression,
  observed,
  passed,
  unit,
}: Figures['expectations'][number]): HTMLElement {
  return light(passed ? 'good' : 'bad', expression, [
    observed === null ? 'nothing measured yet' : `${formatValue(observed, unit)} so far`,
  ]);
}

function light(tone: 'good' | 'warn' | 'bad' | 'open', title: string, words: readonly string[]): HTMLElement {
  const said = { good: 'passed', warn: 'warning', bad: 'failed', open: 'not yet' }[tone];
  return element(
    'li',
    {},
    element('span', { className: `outcome ${tone}`, text: said }),
    element('b', { text: title }),
    ...words.filter((part) => part !== '').map((text) => element('span', { className: 'detail', text })),
  );
}
