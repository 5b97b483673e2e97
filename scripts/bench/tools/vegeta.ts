import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, toolFolder, versionFrom } from './commands.ts';
import { contentType, isSecure, type Tool } from './tool.ts';

/** Go, net/http; without a rate, its workers send as fast as they can. Its results are thrown away, as a pipe would not. */
export const vegeta: Tool = {
  name: 'vegeta',
  kinds: ['plain', 'tls'],
  mostConnections: 5_000,
  install: [
    ['env', `GOBIN=${join(toolFolder, 'bin')}`, 'go', 'install', 'github.com/tsenart/vegeta/v12@latest'],
  ],
  version: async () => {
    const program = findProgram('vegeta');
    return program && versionFrom(['go', 'version', '-m', program], /(?<=vegeta\/v12\tv)[\d.]+/);
  },
  launch({ kind, url, connections, bodyFile, caFile, folder }) {
    const targets = join(folder, 'vegeta-targets');
    writeFileSync(targets, `POST ${url.href}\n`);
    const count = String(connections);
    return {
      command: [
        ...[findProgram('vegeta')!, 'attack', '-targets', targets, '-output', '/dev/null', '-http2=false'],
        ...['-rate', '0', '-workers', count, '-max-workers', count, '-connections', count, '-duration', '0'],
        ...['-body', bodyFile, '-header', `Content-Type: ${contentType}`],
        ...(isSecure(kind) ? ['-root-certs', caFile] : []),
      ],
    };
  },
};
