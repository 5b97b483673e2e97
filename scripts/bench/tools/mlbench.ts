import { fileURLToPath } from 'node:url';
import { packageVersion } from '../../../src/core/package-paths.ts';
import { isSecure, type Tool } from './tool.ts';

const client = fileURLToPath(new URL('../clients/mlbench.ts', import.meta.url));

/** This project's load generator, one worker, with all that a run records: five histograms, counts, validity. */
export const mlbench: Tool = {
  name: 'mlbench',
  kinds: ['plain', 'signed', 'tls', 'signedTls'],
  mostConnections: 10_000,
  install: [],
  version: async () => packageVersion,
  launch: (job) => ({
    command: [process.execPath, client, JSON.stringify(job)],
    env: isSecure(job.kind) ? { NODE_EXTRA_CA_CERTS: job.caFile } : {},
  }),
};
