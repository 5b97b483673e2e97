import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageStore } from '../resources/fake-ecr.ts';

export interface Registry extends ImageStore {
  /** Of the user `AWS`, as ECR's. */
  password: string;
  /** The registry's own answer for the manifest of a tag or a digest. */
  manifest(repository: string, reference: string): Promise<Response>;
  stop(): Promise<void>;
}

/** The Docker registry (Debian: docker-registry, apache2-utils) on a loopback port, with a password. */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-registry-'));
  const password = 'a-token-of-the-registry';
  writeFileSync(join(folder, 'htpasswd'), execFileSync('htpasswd', ['-nbB', 'AWS', password]));
  mkdirSync(join(folder, 'data'));
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    auth: { htpasswd: { realm: 'registry', path: join(folder, 'htpasswd') } },
  };
  // YAML holds JSON.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = await listeningAddress(child);
  const headers = { authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}` };
  const call = (path: string, method = 'GET') =>
    fetch(`http://${server}/v2/${path}`, { method, headers: { ...headers, accept: manifestTypes } });
  const manifest = (repository: string, reference: string) => call(`${repository}/manifests/${reference}`);
  return {
    server,
    password,
    manifest,
    async find(repository, tag) {
      const response = await manifest(repository, tag);
      await response.arrayBuffer();
      if (!response.ok) return undefined;
      return {
        digest: response.headers.get('docker-content-digest') ?? '',
        mediaType: response.headers.get('content-type') ?? '',
      };
    },
    async remove(repository, digest) {
      const response = await call(`${repository}/manifests/${digest}`, 'DELETE');
      if (!response.ok) throw new Error(`the registry answered ${response.status}`);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All that an engine may have pushed: the registry answers with the type that is stored. */
const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    const onData = (chunk: Buffer) => {
      log += chunk.toString('utf8');
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`docker-registry ended: ${log}`)));
  });
}
