import { afterChanges } from '../live/changes.ts';
import { addColumn } from '../live/heat-map.ts';
import type { LiveState, LiveTick } from '../live/live-shape.ts';
import { createTimelineHistory, type TimelineHistory } from '../live/timeline-history.ts';

/** What the page knows of the run: all that the server told, and what it told since, within the server's own bounds. */
export interface RunStore {
  state: LiveState | null;
  set(state: LiveState | null): void;
  add(tick: LiveTick): void;
}

export function createRunStore(changed: (state: LiveState | null) => void): RunStore {
  let history: TimelineHistory = createTimelineHistory();
  const store: RunStore = {
    state: null,
    set(state) {
      history = createTimelineHistory();
      for (const event of state?.timeline ?? []) history.add(event);
      store.state = state;
      changed(state);
    },
    add({ events, heat, ...changes }) {
      const known = store.state;
      if (known === null) return;
      for (const event of events) history.add(event);
      store.state = {
        ...afterChanges(known, changes),
        timeline: events.length === 0 ? known.timeline : history.events(),
        heat: heat.reduce(addColumn, known.heat),
      };
      changed(store.state);
    },
  };
  return store;
}
