import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, versionFrom } from './commands.ts';
import { contentType, endlessSeconds, requestBody, type Tool } from './tool.ts';

/** C, an event loop, and a request prepared once by its Lua script. It verifies no certificate. */
export const wrk: Tool = {
  name: 'wrk',
  kinds: ['plain', 'tls'],
  mostConnections: 10_000,
  install: [['apt-get', 'install', '-y', 'wrk']],
  version: async () => (findProgram('wrk') ? versionFrom(['wrk', '-v']) : undefined),
  launch({ url, connections, folder }) {
    const script = join(folder, 'wrk.lua');
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = '${requestBody}'\nwrk.headers["Content-Type"] = "${contentType}"\n`,
    );
    const shape = ['-t', '1', '-c', String(connections), '-d', `${endlessSeconds}s`];
    return { command: [findProgram('wrk')!, ...shape, '-s', script, url.href] };
  },
};
