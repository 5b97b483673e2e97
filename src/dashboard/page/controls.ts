import { formatClock } from '../../charts/format.ts';
import type { LiveState } from '../live/live-shape.ts';
import { post } from './parts/connection.ts';
import { element, setText } from './parts/dom.ts';

/** The buttons that steer the load. */
export function createControls(parent: HTMLElement): (state: LiveState | null) => void {
  const answer = element('p', { className: 'hint', attributes: { role: 'status' } });
  const send = async (command: unknown) => setText(answer, (await post('/steer', command)).message);
  const pause = button('Pause', 'p');
  const stop = button('Stop', 'x');
  const reset = button('Reset figures', 'r');
  const since = element('span', { className: 'hint' });
  const level = element('input', {
    id: 'level',
    attributes: { type: 'number', min: '0', step: 'any', required: '' },
  });
  const label = element('label', { attributes: { for: 'level' } });
  const form = element('form', { className: 'level' }, label, level, element('button', { text: 'Set' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send({ type: 'level', level: level.valueAsNumber });
  });
  pause.addEventListener('click', () =>
    send({ type: pause.dataset['does'] === 'resume' ? 'resume' : 'pause' }),
  );
  stop.addEventListener('click', () => send({ type: 'stop' }));
  reset.addEventListener('click', () =>
    send({ type: reset.dataset['does'] === 'whole' ? 'whole' : 'reset' }),
  );
  parent.append(pause, form, stop, reset, since, answer);
  return (state) => {
    if (state === null) {
      parent.hidden = true;
      return;
    }
    const { facts, now } = state;
    const isReset = now.countedFromMs > 0;
    reset.dataset['does'] = isReset ? 'whole' : 'reset';
    setText(reset, isReset ? 'Whole run' : 'Reset figures');
    setText(
      since,
      isReset ? `Figures count from ${formatClock(now.countedFromMs)} on; the record keeps all.` : '',
    );
    const isOn = now.phase === 'running' || now.phase === 'paused';
    parent.hidden = !isOn;
    const canSteer = isOn && facts.unit !== null;
    pause.hidden = !canSteer;
    form.hidden = !canSteer;
    pause.dataset['does'] = now.phase === 'paused' ? 'resume' : 'pause';
    setText(pause, now.phase === 'paused' ? 'Resume' : 'Pause');
    level.placeholder = facts.unit === 'users' ? String(now.users) : '';
    setText(label, facts.unit === 'users' ? 'Users' : 'Requests a second');
  };
}

function button(text: string, key: string): HTMLButtonElement {
  return element('button', { text, attributes: { type: 'button', 'data-key': key, title: `Key: ${key}` } });
}
