import { systemClock, type Timer } from '../../../core/clock.ts';
import type { CheckedForm, Form, FormProblem, FormValues } from '../../form/form-shape.ts';
import { ask, post } from '../parts/connection.ts';
import { element, setText } from '../parts/dom.ts';
import { createFormField, type FieldView } from '../parts/form-field.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** What most loads say; everything else that `mlbench load` takes is there as well, folded away. */
const usual = [
  ...['users', 'rate', 'stages', 'trace', 'ramp', 'arrivals', 'wait', 'duration', 'requests', 'warmup'],
  ...['url', 'endpointName', 'via', 'body', 'scenario', 'tags', 'expect'],
];

/** Checks are asked for once somebody has stopped typing for so long. */
const quietMs = 300;

/** @param started called when a run has been started from here */
export function startForm(form: Form, started: () => void): ViewMaker {
  return (place) => {
    const fields = form.fields.map((field) => createFormField(field, form.values[field.key] ?? []));
    const byKey = new Map(fields.map((field) => [field.key, field]));
    const command = element('code', { id: 'command' });
    const plan = element('p', { id: 'plan', className: 'plan', attributes: { role: 'status' } });
    const problem = element('p', { id: 'form-problem', className: 'alert', attributes: { role: 'alert' } });
    problem.hidden = true;
    const where = element('p', { className: 'hint', text: form.whereItGoes });
    const start = element('button', { id: 'start', text: 'Start', attributes: { type: 'submit' } });
    const view = element('form', { id: 'start-form', attributes: { novalidate: '' } });
    view.append(where, ...groupsOf(fields), commandLine(command), plan, problem, start);
    place.append(view);

    const values = (): FormValues => Object.fromEntries(fields.map(({ key, texts }) => [key, texts()]));
    const show = ({ command: words, plan: sentence, problems }: CheckedForm) => {
      setText(command, words);
      setText(plan, sentence ?? '');
      for (const field of fields) field.refuse(problems.find(({ key }) => key === field.key) ?? null);
      const general = problems.find(({ key }) => key === null || !byKey.has(key));
      problem.hidden = general === undefined;
      setText(problem, general === undefined ? '' : sentenceOf(general));
      return problems;
    };
    const check = () => ask<CheckedForm>('/form/check', { values: values() });
    let timer: Timer | undefined;
    let isAsking = false;
    const checkSoon = () => {
      timer?.cancel();
      timer = systemClock.after(quietMs, async () => {
        // One at a time: the last one asked is of what stands there now.
        if (isAsking) return checkSoon();
        isAsking = true;
        const checked = await check();
        isAsking = false;
        if (checked !== null) show(checked);
      });
    };
    view.addEventListener('input', checkSoon);
    view.addEventListener('submit', async (event) => {
      event.preventDefault();
      timer?.cancel();
      const checked = await check();
      if (checked !== null && show(checked).length > 0) {
        byKey.get(checked.problems[0]!.key ?? '')?.focus();
        return;
      }
      const answer = await post('/start', { values: values() });
      problem.hidden = answer.ok;
      setText(problem, answer.ok ? '' : answer.message);
      if (answer.ok) started();
    });
    checkSoon();
    return { id: 'start', title: 'New run', show() {}, entered: checkSoon };
  };
}

function sentenceOf({ message, remedy }: FormProblem): string {
  return `${message}: ${remedy}`;
}

/** The command is for copying: a click anywhere on it marks it whole. */
function commandLine(command: HTMLElement): HTMLElement {
  const said = element('span', { className: 'hint', attributes: { role: 'status' } });
  const copy = element('button', { id: 'copy', text: 'Copy', attributes: { type: 'button' } });
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(command.textContent ?? '');
      setText(said, 'copied');
    } catch {
      // Without leave for the clipboard, as over plain HTTP from another machine.
      getSelection()?.selectAllChildren(command);
      setText(said, 'marked: copy it with your keyboard');
    }
  });
  return element(
    'div',
    { className: 'command' },
    element('span', { className: 'hint', text: 'The same on a command line:' }),
    element('pre', { attributes: { tabindex: '0', 'aria-label': 'The same on a command line' } }, command),
    copy,
    said,
  );
}

function groupsOf(fields: readonly FieldView[]): HTMLElement[] {
  const first = usual.flatMap((key) => fields.find((field) => field.key === key) ?? []);
  const rest = fields.filter(({ key }) => !usual.includes(key));
  const more = element('details', { className: 'more' }, element('summary', { text: 'More options' }));
  for (const [group, members] of Map.groupBy(rest, ({ group: name }) => name)) {
    more.append(fieldset(group, members));
  }
  return [fieldset('The load', first), more];
}

function fieldset(title: string, fields: readonly FieldView[]): HTMLElement {
  const grid = element('div', { className: 'fields' }, ...fields.map(({ box }) => box));
  return element('fieldset', {}, element('legend', { text: title }), grid);
}
