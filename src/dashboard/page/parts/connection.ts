import type { LiveState, LiveTick, Part } from '../../live/live-shape.ts';

export interface ConnectionListeners {
  state(state: LiveState | null): void;
  tick(tick: LiveTick): void;
  part(part: Part): void;
  /** In words; null: it is there. */
  lost(why: string | null): void;
}

/**
 * Listens to the server. A browser that was cut off comes again by itself, and then gets the whole run: what happened
 * meanwhile is no hole.
 */
export async function connect(listeners: ConnectionListeners): Promise<void> {
  if (!(await enter(listeners))) return;
  const source = new EventSource('/events');
  source.addEventListener('open', () => listeners.lost(null));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) listeners.lost('mlbench does not let this page in');
    else listeners.lost('mlbench is not heard; the page goes on as soon as it is');
  });
  source.addEventListener('state', ({ data }) => listeners.state(JSON.parse(data)));
  source.addEventListener('tick', ({ data }) => listeners.tick(JSON.parse(data)));
  source.addEventListener('part', ({ data }) => listeners.part(JSON.parse(data)));
  source.addEventListener('end', () => {
    source.close();
    listeners.lost(null);
  });
}

/** The key of a page that other machines reach stands in the URL's fragment; it leaves the address bar at once. */
async function enter({ lost }: ConnectionListeners): Promise<boolean> {
  const key = location.hash.slice(1);
  if (key === '') return true;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  const answer = await post('/session', { key });
  if (!answer.ok) lost(answer.message);
  return answer.ok;
}

export interface Answer {
  ok: boolean;
  message: string;
}

/** @returns in words what came of it, whatever did */
export async function post(path: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { message } = (await response.json()) as { message: string };
    return { ok: response.ok, message };
  } catch {
    return { ok: false, message: 'mlbench is not heard: nothing was changed' };
  }
}
