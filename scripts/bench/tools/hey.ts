import { findProgram, versionFrom } from './commands.ts';
import { contentType, endlessSeconds, type Tool } from './tool.ts';

/** Go, net/http. It verifies no certificate. */
export const hey: Tool = {
  name: 'hey',
  kinds: ['plain', 'tls'],
  mostConnections: 5_000,
  install: [['apt-get', 'install', '-y', 'hey']],
  version: async () => {
    if (!findProgram('hey')) return undefined;
    // It does not tell its version; its package does.
    return versionFrom(['dpkg', '-s', 'hey'], /(?<=^Version: ).+/m);
  },
  launch({ url, connections, bodyFile }) {
    const shape = ['-c', String(connections), '-z', `${endlessSeconds}s`];
    return {
      command: [findProgram('hey')!, ...shape, '-m', 'POST', '-T', contentType, '-D', bodyFile, url.href],
    };
  },
};
