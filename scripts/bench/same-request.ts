import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, startProcess } from './processes.ts';
import {
  contentType,
  isSecure,
  isSigned,
  type Job,
  type Kind,
  requestBody,
  requestPath,
  type Tool,
} from './tools/tool.ts';

/**
 * Whether a generator sends what all are meant to send, seen by a server of our own: the same POST, on connections that are
 * kept alive, signed where the kind says so.
 * @returns what is wrong; undefined if nothing is
 */
export async function findDeviation(
  tool: Tool,
  kind: Kind,
  files: Pick<Job, 'bodyFile' | 'caFile' | 'folder'>,
): Promise<string | undefined> {
  const seen = { requests: 0, connections: 0, fault: undefined as string | undefined };
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      seen.requests++;
      seen.fault ??= faultOf(request, body, kind);
      response.writeHead(200, { 'content-type': contentType }).end('{"predictions":["Adelie"]}');
    });
  };
  const server = isSecure(kind)
    ? createTlsServer(
        {
          cert: readFileSync(join(files.folder, 'server.pem')),
          key: readFileSync(join(files.folder, 'server.key')),
        },
        listener,
      )
    : createServer(listener);
  server.on(isSecure(kind) ? 'secureConnection' : 'connection', () => {
    seen.connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const url = new URL(`${isSecure(kind) ? 'https' : 'http'}://127.0.0.1:${port}${requestPath}`);
  const { command, env } = tool.launch({ ...files, kind, url, connections });
  const child = startProcess(command, {
    stdio: 'ignore',
    env: { ...process.env, ...env },
    cwd: files.folder,
  });
  const deadlineMs = performance.now() + 20_000;
  while (seen.requests < enoughRequests && child.exitCode === null && performance.now() < deadlineMs) {
    await sleep(50);
  }
  await endProcess(child);
  server.closeAllConnections();
  server.close();
  if (seen.fault !== undefined) return seen.fault;
  if (seen.requests < enoughRequests) return `sent ${seen.requests} requests only`;
  // One more for mlbench, which looks whether the host is there.
  if (seen.connections > 2 * connections + 1)
    return `opened ${seen.connections} connections instead of ${connections}`;
  return undefined;
}

const connections = 4;
const enoughRequests = 200;

function faultOf({ method, url, headers }: IncomingMessage, body: string, kind: Kind): string | undefined {
  if (method !== 'POST') return `sent ${method}`;
  if (url !== requestPath) return `asked for ${url}`;
  if (headers['content-type'] !== contentType) return `sent content-type ${headers['content-type']}`;
  if (body !== requestBody) return `sent another body: ${body}`;
  const signed = headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
  if (signed !== isSigned(kind)) return signed ? 'signed the request' : 'did not sign the request';
  return undefined;
}
