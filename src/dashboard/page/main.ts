/** The live page: hears the server, keeps what it hears, and shows one view of it. */

import type { Part } from '../live/live-shape.ts';
import { createControls } from './controls.ts';
import { createHeader } from './header.ts';
import { listenForKeys } from './keys.ts';
import { connect } from './parts/connection.ts';
import { place, setText } from './parts/dom.ts';
import { createTabs } from './parts/tabs.ts';
import { createRunStore } from './run-store.ts';
import { checks } from './views/checks.ts';
import { errors, exceptions } from './views/errors.ts';
import { overview } from './views/overview.ts';
import { scaling } from './views/scaling.ts';
import { statistics } from './views/statistics.ts';
import { workers } from './views/workers.ts';

const header = createHeader();
const controls = createControls(place('controls'));
const tabs = createTabs([overview, statistics, errors, exceptions, workers, checks, scaling]);
let part: Part | null = null;
const store = createRunStore((state) => {
  header(state, part);
  if (state !== null) controls(state);
  tabs(state);
});
const connection = place('connection');
listenForKeys();
connect({
  state: store.set,
  tick: store.add,
  part(news) {
    part = news;
    header(store.state, part);
  },
  lost(why) {
    const isOver = store.state?.now.phase === 'ended';
    connection.hidden = why === null || isOver;
    setText(connection, why ?? '');
    if (isOver) showEnd();
  },
});

/** The server ends with the run; the page keeps what it has. */
function showEnd(): void {
  const outcome = store.state?.now.outcome;
  if (outcome === null || outcome === undefined) return;
  const where =
    outcome.reportPath === null ? 'the report could not be written' : `the report is ${outcome.reportPath}`;
  setText(connection, outcome.failed ?? `The run has ended: ${where}`);
  connection.hidden = false;
  connection.className = outcome.failed === null ? 'done' : 'alert';
}
