import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldBodies } from '../../core/http/held-bodies.ts';
import type { RunShelf } from '../runs/run-shelf.ts';
import { type Access, cookieFor, refusalOf } from './access.ts';
import { formAnswer } from './form-routes.ts';
import type { PageFile } from './page-files.ts';
import { readJson } from './read-json.ts';
import { message, type Reply } from './reply.ts';
import { runFile } from './run-routes.ts';
import { type Steered, steerBy } from './steer.ts';
import type { Workbench } from './workbench.ts';

export interface RouteDeps {
  access: Access;
  files: ReadonlyMap<string, PageFile>;
  bodies: HeldBodies;
  /** Whether one more page may look on. */
  hasRoom(): boolean;
  /** The run that pages see; null: none yet. */
  run(): Steered | null;
  /** Null: pages look on, and start nothing. */
  workbench: Workbench | null;
  /** Null: no records are kept. */
  shelf: RunShelf | null;
}

/**
 * What a request gets. Only POST changes anything. The page's own files are open to whoever may call the server, for
 * without them nobody could bring the key.
 */
export async function replyTo(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RouteDeps,
): Promise<Reply> {
  const { access, files } = deps;
  const url = URL.parse(request.url ?? '/', 'http://page');
  const path = url?.pathname ?? '/';
  const isOpen = files.has(path) || path === '/session';
  const refusal = refusalOf(request.headers, isOpen ? { ...access, token: null } : access);
  if (refusal !== null) return message(refusal.status, refusal.reason);
  if (request.method === 'GET') {
    const file = files.get(path);
    if (file !== undefined) return { kind: 'file', file };
    return lookAt(path, url?.searchParams.has('show') === true, deps);
  }
  if (request.method !== 'POST') {
    return { ...message(405, 'GET looks, POST steers'), headers: { allow: 'GET, POST' } };
  }
  const isForm = deps.workbench !== null && (path === '/form/check' || path === '/start');
  if (path !== '/session' && path !== '/steer' && !isForm) return nothingAt(path);
  const body = await readJson(request, response, deps.bodies);
  if (body.kind === 'refused') return message(body.status, body.reason);
  if (path === '/session') return enter(body.value, access);
  if (isForm) return formAnswer(path, body.value, deps.workbench!);
  const steered = steerBy(deps.run(), body.value);
  return message(steered.status, steered.message);
}

function lookAt(path: string, isShown: boolean, { hasRoom, workbench, shelf }: RouteDeps): Reply {
  if (path === '/events')
    return hasRoom() ? { kind: 'events' } : message(503, 'too many pages look on already');
  // A page asks whether it may start anything: that it may not is no failure of its request.
  if (path === '/form') return { kind: 'json', value: workbench?.form() ?? null };
  if (path === '/runs' && shelf !== null) return { kind: 'json', value: shelf.list() };
  return path.startsWith('/runs/') && shelf !== null ? runFile(path, shelf, isShown) : nothingAt(path);
}

function enter(body: unknown, access: Access): Reply {
  const key = typeof body === 'object' && body !== null && 'key' in body ? String(body.key) : '';
  const cookie = cookieFor(key, access);
  if (cookie === null) return message(401, 'that is not the key of this page');
  return { ...message(200, 'come in'), headers: { 'set-cookie': cookie } };
}

function nothingAt(path: string): Reply {
  return message(404, `nothing is at ${path.slice(0, 200)}`);
}
