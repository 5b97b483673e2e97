import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldBodies, HeldBody } from '../../core/http/held-bodies.ts';
import type { LoadControls } from '../../load/run/controls.ts';
import { type Access, cookieFor, refusalOf } from './access.ts';
import type { PageFile } from './page-files.ts';
import { steerBy } from './steer.ts';

export interface RouteDeps {
  access: Access;
  files: ReadonlyMap<string, PageFile>;
  bodies: HeldBodies;
  /** Whether one more page may look on. */
  hasRoom(): boolean;
  /** Null while there is nothing to steer. */
  controls(): LoadControls | null;
}

export type Reply =
  | { kind: 'file'; file: PageFile }
  | { kind: 'events' }
  | { kind: 'message'; status: number; message: string; headers?: Record<string, string> };

/**
 * What a request gets. Only POST changes anything. The page's own files are open to whoever may call the server, for
 * without them nobody could bring the key.
 */
export async function replyTo(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RouteDeps,
): Promise<Reply> {
  const { access, files, controls } = deps;
  const path = URL.parse(request.url ?? '/', 'http://page')?.pathname ?? '/';
  const isOpen = files.has(path) || path === '/session';
  const refusal = refusalOf(request.headers, isOpen ? { ...access, token: null } : access);
  if (refusal !== null) return message(refusal.status, refusal.reason);
  if (request.method === 'GET') {
    const file = files.get(path);
    if (file !== undefined) return { kind: 'file', file };
    if (path !== '/events') return nothingAt(path);
    return deps.hasRoom() ? { kind: 'events' } : message(503, 'too many pages look on already');
  }
  if (request.method !== 'POST') {
    return { ...message(405, 'GET looks, POST steers'), headers: { allow: 'GET, POST' } };
  }
  if (path !== '/session' && path !== '/steer') return nothingAt(path);
  const body = await readJson(request, response, deps.bodies);
  if (body.kind === 'refused') return message(body.status, body.reason);
  if (path === '/session') return enter(body.value, access);
  const steered = steerBy(controls(), body.value);
  return message(steered.status, steered.message);
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

function message(status: number, text: string): Reply & { kind: 'message' } {
  return { kind: 'message', status, message: text };
}

type JsonBody = { kind: 'json'; value: unknown } | { kind: 'refused'; status: number; reason: string };

const mostBodyBytes = 65_536;

/** Forms of other pages cannot send this type without asking leave, which nobody gets. */
async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: HeldBodies,
): Promise<JsonBody> {
  const refused = (status: number, reason: string): JsonBody => ({ kind: 'refused', status, reason });
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refused(415, 'a command is application/json');
  }
  const read = await new Promise<HeldBody>((done) => bodies.read(request, response, mostBodyBytes, done));
  switch (read.kind) {
    case 'too-large':
      return refused(413, `a command takes less than ${mostBodyBytes} bytes`);
    case 'no-room':
      return refused(503, 'too many commands at a time');
    case 'gone':
      return refused(400, 'the command did not arrive whole');
    case 'read':
      try {
        return { kind: 'json', value: JSON.parse(read.body.toString('utf8')) };
      } catch {
        return refused(400, 'that is not JSON');
      }
  }
}
