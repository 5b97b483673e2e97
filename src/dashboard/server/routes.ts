import type { IncomingMessage } from 'node:http';
import type { LoadControls } from '../../load/run/controls.ts';
import { type Access, cookieFor, refusalOf } from './access.ts';
import type { PageFile } from './page-files.ts';
import { steerBy } from './steer.ts';

export interface RouteDeps {
  access: Access;
  files: ReadonlyMap<string, PageFile>;
  /** Null while there is nothing to steer. */
  controls(): LoadControls | null;
}

export type Reply =
  | { kind: 'file'; file: PageFile }
  | { kind: 'events' }
  | { kind: 'message'; status: number; message: string; cookie?: string };

/**
 * What a request gets. Only POST changes anything. The page's own files are open to whoever may call the server, for
 * without them nobody could bring the key.
 */
export async function replyTo(request: IncomingMessage, deps: RouteDeps): Promise<Reply> {
  const { access, files, controls } = deps;
  const path = URL.parse(request.url ?? '/', 'http://page')?.pathname ?? '/';
  const isOpen = files.has(path) || path === '/session';
  const refusal = refusalOf(request.headers, isOpen ? { ...access, token: null } : access);
  if (refusal !== null) return message(refusal.status, refusal.reason);
  if (request.method === 'GET') {
    const file = files.get(path);
    if (file !== undefined) return { kind: 'file', file };
    return path === '/events' ? { kind: 'events' } : message(404, `nothing is at ${path}`);
  }
  if (request.method !== 'POST') return message(405, 'GET looks, POST steers');
  const body = await readJson(request);
  if (path === '/session') return enter(body, access);
  if (path !== '/steer') return message(404, `nothing is at ${path}`);
  const steered = steerBy(controls(), body);
  return message(steered.status, steered.message);
}

function enter(body: unknown, access: Access): Reply {
  const key = typeof body === 'object' && body !== null && 'key' in body ? String(body.key) : '';
  const cookie = cookieFor(key, access);
  if (cookie === null) return message(401, 'that is not the key of this page');
  return { ...message(200, 'come in'), cookie };
}

function message(status: number, text: string): Reply & { kind: 'message' } {
  return { kind: 'message', status, message: text };
}

const mostBodyBytes = 65_536;

/** @returns undefined for what is no JSON, or too much */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBodyBytes) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
