import { addColumn } from '../live/heat-map.ts';
import type { LiveState, LiveTick } from '../live/live-shape.ts';

/** What the page knows of the run: all that the server told, and what it told since. */
export interface RunStore {
  state: LiveState | null;
  set(state: LiveState | null): void;
  add(tick: LiveTick): void;
}

export function createRunStore(changed: (state: LiveState | null) => void): RunStore {
  const store: RunStore = {
    state: null,
    set(state) {
      store.state = state;
      changed(state);
    },
    add({ events, heat, now, facts }) {
      if (store.state === null) return;
      const { timeline } = store.state;
      store.state = {
        facts,
        timeline: inOrder(timeline, events),
        heat: heat.reduce(addColumn, store.state.heat),
        now,
      };
      changed(store.state);
    },
  };
  return store;
}

/** Load samples come a second late, behind what has happened since. */
function inOrder(known: LiveState['timeline'], more: LiveState['timeline']): LiveState['timeline'] {
  if (more.length === 0) return known;
  return [...known, ...more].sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
}
