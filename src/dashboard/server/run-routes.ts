import type { RunShelf } from '../runs/run-shelf.ts';
import { message, type Reply } from './reply.ts';

/**
 * A file of a run. A report is a whole page with a script of its own: shown, it is in a sandbox, where it is of no origin,
 * and can call nothing here.
 * @param path `/runs/RUN/FILE`
 */
export function runFile(path: string, shelf: RunShelf, isShown: boolean): Reply {
  const [, runId, name] = /^\/runs\/([^/]{1,200})\/([\w.-]{1,60})$/.exec(path) ?? [];
  if (runId === undefined || name === undefined) return message(404, 'a file is at /runs/RUN/FILE');
  const file = shelf.file(decoded(runId), name);
  if (file.kind === 'none') return message(404, file.reason);
  const type = types[/\.\w+$/.exec(name)?.[0] ?? ''] ?? 'text/plain; charset=utf-8';
  const isPage = isShown && name.endsWith('.html');
  return {
    kind: 'download',
    content: file.kind === 'text' ? file.text : { path: file.path, bytes: file.bytes },
    headers: {
      'content-type': type,
      'content-security-policy': isPage ? sandbox : "default-src 'none'; sandbox",
      ...(isPage ? {} : { 'content-disposition': `attachment; filename="${plainName(runId)}-${name}"` }),
    },
  };
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.ndjson': 'application/x-ndjson; charset=utf-8',
};

const sandbox =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function plainName(text: string): string {
  return text.replace(/[^\w.-]/g, '_');
}
