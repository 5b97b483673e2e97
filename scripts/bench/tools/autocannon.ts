import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolFolder } from './commands.ts';
import { contentType, endlessSeconds, requestBody, type Tool } from './tool.ts';

const packageFolder = join(toolFolder, 'npm', 'node_modules', 'autocannon');

/** Node, sockets of its own. It verifies no certificate. */
export const autocannon: Tool = {
  name: 'autocannon',
  kinds: ['plain', 'tls'],
  mostConnections: 10_000,
  install: [
    ['mkdir', '-p', join(toolFolder, 'npm')],
    ['npm', 'install', '--no-audit', '--no-fund', '--prefix', join(toolFolder, 'npm'), 'autocannon'],
  ],
  version: async () => {
    const manifest = join(packageFolder, 'package.json');
    return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
  },
  launch({ url, connections }) {
    const shape = ['-c', String(connections), '-d', String(endlessSeconds), '--no-progress'];
    const request = ['-m', 'POST', '-H', `content-type=${contentType}`, '-b', requestBody];
    return {
      command: [process.execPath, join(packageFolder, 'autocannon.js'), ...shape, ...request, url.href],
    };
  },
};
