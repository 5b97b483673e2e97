/** The live page: hears the server, keeps what it hears, and shows one view of it. */

import type { Form } from '../form/form-shape.ts';
import type { Part } from '../live/live-shape.ts';
import { createControls } from './controls.ts';
import { createHeader } from './header.ts';
import { listenForKeys } from './keys.ts';
import { connect, enter, look } from './parts/connection.ts';
import { place, setText } from './parts/dom.ts';
import { createSchemeSwitch } from './parts/scheme.ts';
import { createTabs, type Tabs } from './parts/tabs.ts';
import { createRunStore } from './run-store.ts';
import { checks } from './views/checks.ts';
import { errors, exceptions } from './views/errors.ts';
import { startForm } from './views/form.ts';
import { overview } from './views/overview.ts';
import { runs } from './views/runs.ts';
import { scaling } from './views/scaling.ts';
import { statistics } from './views/statistics.ts';
import { workers } from './views/workers.ts';

const header = createHeader();
const controls = createControls(place('controls'));
const connection = place('connection');
const views = [overview, statistics, errors, exceptions, workers, checks, scaling, runs];
listenForKeys();
place('keys-button').before(createSchemeSwitch());
open();

async function open(): Promise<void> {
  const refused = await enter();
  if (refused !== null) return say(refused, 'alert');
  const form = await look<Form>('/form');
  const tabs: Tabs = createTabs(
    form === null ? views : [startForm(form, () => tabs.choose('overview')), ...views],
  );
  listen(tabs);
}

function listen(tabs: Tabs): void {
  let part: Part | null = null;
  const store = createRunStore((state) => {
    header(state, part);
    controls(state);
    tabs.show(state);
    if (state?.now.phase === 'ended') showEnd();
  });
  /** What there is to say at the end: where the record is, or why there is none. */
  const showEnd = () => {
    const outcome = store.state?.now.outcome;
    if (outcome === null || outcome === undefined) return;
    const where =
      outcome.reportPath === null ? 'the report could not be written' : `the report is ${outcome.reportPath}`;
    say(outcome.failed ?? `The run has ended: ${where}`, outcome.failed === null ? 'done' : 'alert');
  };
  connect({
    state(state) {
      connection.hidden = true;
      store.set(state);
    },
    tick: store.add,
    part(news) {
      part = news;
      header(store.state, part);
      if (news.name === 'failed') say(news.message, 'alert');
    },
    lost(why) {
      const isOver = store.state?.now.phase === 'ended';
      if (why !== null && !isOver) say(why, 'alert');
      else if (isOver) showEnd();
      else connection.hidden = true;
    },
  });
}

function say(words: string, className: 'alert' | 'done'): void {
  setText(connection, words);
  connection.className = className;
  connection.hidden = false;
}
