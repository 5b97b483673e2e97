import type { FormField, FormProblem } from '../../form/form-shape.ts';
import { element, setText } from './dom.ts';

/** A field of the start form: an option of the command line, as somebody fills it in. */
export interface FieldView {
  key: string;
  group: string;
  box: HTMLElement;
  /** What was filled in, as it would be typed. */
  texts(): string[];
  /** Null: nothing is wrong with it. */
  refuse(problem: FormProblem | null): void;
  focus(): void;
}

/** @param given what stands in it at first */
export function createFormField(field: FormField, given: readonly string[]): FieldView {
  const { key, group, flag, help, shownDefault, placeholder } = field;
  const id = `field-${key}`;
  const { control, texts } = controlOf(field, given);
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-help ${id}-problem`);
  const problem = element('span', { id: `${id}-problem`, className: 'field-problem' });
  const unless = shownDefault === '' ? '' : ` (unless given: ${shownDefault})`;
  const form = placeholder === '' ? flag : `${flag} ${placeholder}`;
  const box = element(
    'div',
    { className: 'field' },
    element('label', { text: wordsOf(key), attributes: { for: id, title: form } }),
    control,
    element('span', { id: `${id}-help`, className: 'hint', text: `${help}${unless}` }),
    problem,
  );
  return {
    ...{ key, group, box, texts },
    refuse(refusal) {
      control.setAttribute('aria-invalid', String(refusal !== null));
      setText(problem, refusal === null ? '' : `${refusal.message}: ${refusal.remedy}`);
    },
    focus() {
      // A field that is folded away is unfolded first.
      control.closest('details')?.setAttribute('open', '');
      control.focus();
    },
  };
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function controlOf(
  { kind, choices, placeholder }: FormField,
  given: readonly string[],
): { control: Control; texts(): string[] } {
  if (kind === 'switch' || kind === 'negatable') {
    const says = kind === 'switch' ? 'true' : 'false';
    const control = element('input', { attributes: { type: 'checkbox' } });
    control.checked = given[0] === says;
    return { control, texts: () => (control.checked ? [says] : []) };
  }
  if (kind === 'list') {
    const control = element('textarea', {
      attributes: { rows: '2', placeholder: `${placeholder}, a line each` },
    });
    control.value = given.join('\n');
    return { control, texts: () => control.value.split('\n').filter((line) => line.trim() !== '') };
  }
  if (choices.length > 0) {
    const options = ['', ...choices].map((text) => element('option', { text, attributes: { value: text } }));
    const control = element('select', {}, ...options);
    control.value = given[0] ?? '';
    return { control, texts: () => [control.value] };
  }
  const control = element('input', {
    attributes: { type: 'text', placeholder, autocomplete: 'off', spellcheck: 'false' },
  });
  control.value = given[0] ?? '';
  return { control, texts: () => [control.value.trim()] };
}

/** `maxSendLag` → `Max send lag`; a switch that takes something away says so: `No keep alive`. */
function wordsOf(key: string): string {
  if (key === 'url') return 'URL';
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
