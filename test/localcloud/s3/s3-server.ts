import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '../../../src/core/clock.ts';
import { createAccess } from '../../../src/localcloud/access/access.ts';
import { createS3 } from '../../../src/localcloud/s3/service.ts';
import { createObjectStore, type ObjectStore } from '../../../src/localcloud/s3/storage/object-store.ts';

/** Of the user whose stand-in it is. */
export const ownerKey = { accessKeyId: 'MLBENCHOWNER', secretAccessKey: 'the/owner+secret' };

/** S3 alone on a loopback port, with a real client for it. */
export interface S3Server {
  client: S3Client;
  store: ObjectStore;
  url: string;
  /** Errors that were nobody's intention. */
  bugs: unknown[];
  /** Content files on disk now. */
  files(): string[];
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const root = mkdtempSync(join(tmpdir(), 'mlbench-s3-'));
  const folder = join(root, 's3');
  const store = createObjectStore({ folder, clock: systemClock });
  const bugs: unknown[] = [];
  const s3 = createS3(store, (error) => bugs.push(error), createAccess(ownerKey, systemClock));
  let requests = 0;
  const server = createServer((request, response) => {
    void s3.handle(request, response, `request-${++requests}`);
  });
  await listen(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'mlbench', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    store,
    url,
    bugs,
    files: () => readdirSync(folder),
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
