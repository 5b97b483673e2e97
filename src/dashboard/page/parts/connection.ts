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
export function connect(listeners: ConnectionListeners): void {
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

/** 24 bytes in base64url. */
const keyShape = /^[\w-]{32}$/;

/**
 * The key of a page that other machines reach stands in the URL's fragment; it leaves the address bar at once.
 * @returns why the page is not let in; null: it is
 */
export async function enter(): Promise<string | null> {
  const key = location.hash.slice(1);
  // A place on the page, such as the figures that one may skip to, is no key.
  if (!keyShape.test(key)) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  const answer = await post('/session', { key });
  return answer.ok ? null : answer.message;
}

/** @returns null where it could not be had */
export async function look<Value>(path: string): Promise<Value | null> {
  return answered(fetch(path));
}

/** @returns null where there was no answer to it */
export async function ask<Value>(path: string, body: unknown): Promise<Value | null> {
  return answered(fetch(path, jsonPost(body)));
}

async function answered<Value>(request: Promise<Response>): Promise<Value | null> {
  try {
    const response = await request;
    return response.ok ? ((await response.json()) as Value) : null;
  } catch {
    return null;
  }
}

function jsonPost(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

export interface Answer {
  ok: boolean;
  message: string;
}

/** @returns in words what came of it, whatever did */
export async function post(path: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(path, jsonPost(body));
    const { message } = (await response.json()) as { message: string };
    return { ok: response.ok, message };
  } catch {
    return { ok: false, message: 'mlbench is not heard: nothing was changed' };
  }
}
