import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSecure, type Tool } from './tool.ts';

const client = fileURLToPath(new URL('../clients/aws-sdk.ts', import.meta.url));

/** The AWS SDK for JavaScript in a bare loop: no retries, kept-alive connections, nothing measured. */
export const awsSdk: Tool = {
  name: 'AWS SDK for JavaScript',
  kinds: ['signed', 'signedTls'],
  mostConnections: 1_000,
  install: [],
  version: async () => {
    const entry = createRequire(import.meta.url).resolve('@aws-sdk/client-sagemaker-runtime');
    return JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')).version;
  },
  launch: ({ kind, url, connections, bodyFile, caFile }) => ({
    command: [process.execPath, client, url.origin, String(connections), bodyFile],
    env: isSecure(kind) ? { NODE_EXTRA_CA_CERTS: caFile } : {},
  }),
};
