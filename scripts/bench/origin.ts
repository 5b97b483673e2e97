import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverCore } from './cores.ts';
import { endProcess, startProcess, usageOf } from './processes.ts';
import { findProgram, run } from './tools/commands.ts';
import { isSecure, type Kind, requestPath } from './tools/tool.ts';

/** The server that all are measured against: nginx, one worker, a small fixed answer. It counts the requests. */
export interface Origin {
  urlFor(kind: Kind): URL;
  /** PEM. */
  caFile: string;
  count(): Promise<OriginCount>;
  stop(): Promise<void>;
}

interface OriginCount {
  /** Requests read since the start, those that asked for this count left out. */
  requests: number;
  /** Open now. */
  connections: number;
  /** CPU time of the server so far. */
  cpuMs: number;
}

/** On a core of its own. */
export async function startOrigin(folder: string): Promise<Origin> {
  const [plainPort, tlsPort, statusPort] = (await freePorts(3)) as [number, number, number];
  const caFile = await makeCertificate(folder);
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(configuration, configurationOf(folder, plainPort, tlsPort, statusPort));
  const command = ['-c', String(serverCore), findProgram('nginx')!, '-p', folder, '-c', configuration];
  const child = startProcess(['taskset', ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
  let asked = 0;
  const count = async (): Promise<OriginCount> => {
    const response = await fetch(`http://127.0.0.1:${statusPort}/`);
    const text = await response.text();
    asked++;
    const numbers = (/requests\n\s*(\d+) (\d+) (\d+)/.exec(text) ?? []).map(Number);
    return {
      requests: numbers[3]! - asked,
      // This one's own left out.
      connections: Number(/Active connections: (\d+)/.exec(text)?.[1]) - 1,
      cpuMs: usageOf(child.pid!).cpuMs,
    };
  };
  await untilListening(child, count);
  return {
    urlFor: (kind) =>
      isSecure(kind)
        ? new URL(`https://127.0.0.1:${tlsPort}${requestPath}`)
        : new URL(`http://127.0.0.1:${plainPort}${requestPath}`),
    caFile,
    count,
    stop: () => endProcess(child),
  };
}

const answer = '{"predictions":["Adelie"]}';

/** A master and one worker: without a master nginx is a debugging aid. Its body is read and thrown away, as by any API. */
function configurationOf(folder: string, plainPort: number, tlsPort: number, statusPort: number): string {
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log warn;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  tcp_nodelay on;
  server {
    listen 127.0.0.1:${plainPort} backlog=8192;
    listen 127.0.0.1:${tlsPort} ssl backlog=8192;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.key;
    ssl_session_cache shared:s:10m;
    default_type application/json;
    location = ${requestPath} { return 200 '${answer}'; }
    location / { return 404; }
  }
  server {
    listen 127.0.0.1:${statusPort};
    location / { stub_status; }
  }
}
`;
}

/** An authority and a server certificate that it signed: some clients take no certificate that vouches for itself. */
async function makeCertificate(folder: string): Promise<string> {
  const caFile = join(folder, 'authority.pem');
  const caKey = join(folder, 'authority.key');
  const make = async (name: string, key: string, file: string, more: readonly string[]) => {
    const { ok, output } = await run([
      ...[
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', `/CN=${name}`, '-keyout', key, '-out', file, ...more],
    ]);
    if (!ok) throw new Error(`openssl made no certificate: ${output}`);
  };
  await make('mlbench bench', caKey, caFile, ['-addext', 'keyUsage=critical,keyCertSign']);
  await make('127.0.0.1', join(folder, 'server.key'), join(folder, 'server.pem'), [
    ...['-CA', caFile, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'extendedKeyUsage=serverAuth'],
  ]);
  return caFile;
}

async function untilListening(child: ChildProcess, count: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) throw new Error('nginx did not start');
    try {
      await count();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error('nginx does not answer');
}

async function freePorts(howMany: number): Promise<number[]> {
  const servers = Array.from({ length: howMany }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return servers.map((server) => {
    const address = server.address();
    server.close();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
}
