import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { PageFile } from './page-files.ts';

/** What a request gets. */
export type Reply =
  | { kind: 'file'; file: PageFile }
  | { kind: 'events' }
  | { kind: 'message'; status: number; message: string; headers?: Record<string, string> }
  | { kind: 'json'; value: unknown }
  | { kind: 'download'; content: string | { path: string; bytes: number }; headers: Record<string, string> };

export function message(status: number, text: string): Reply & { kind: 'message' } {
  return { kind: 'message', status, message: text };
}

/** All but the stream of events, which goes on. */
export function send(reply: Exclude<Reply, { kind: 'events' }>, response: ServerResponse): void {
  switch (reply.kind) {
    case 'file':
      response.writeHead(200, { 'content-type': reply.file.type });
      response.end(reply.file.bytes);
      return;
    case 'message':
      response.writeHead(reply.status, { 'content-type': jsonType, ...reply.headers });
      response.end(`${JSON.stringify({ message: reply.message })}\n`);
      return;
    case 'json':
      response.writeHead(200, { 'content-type': jsonType });
      response.end(`${JSON.stringify(reply.value)}\n`);
      return;
    case 'download': {
      const { content, headers } = reply;
      if (typeof content === 'string') {
        response.writeHead(200, headers);
        response.end(content);
        return;
      }
      response.writeHead(200, { ...headers, 'content-length': String(content.bytes) });
      // It may grow meanwhile: as much is sent as was announced.
      const from = createReadStream(content.path, { end: Math.max(0, content.bytes - 1) });
      // Whoever goes away, or a file that does: the response is cut, and its reader knows.
      pipeline(from, response, () => {});
    }
  }
}

const jsonType = 'application/json; charset=utf-8';
