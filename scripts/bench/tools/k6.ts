import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, toolFolder, versionFrom } from './commands.ts';
import { contentType, endlessSeconds, isSecure, requestBody, type Tool } from './tool.ts';

/** Go, each virtual user a JavaScript runtime of its own. */
export const k6: Tool = {
  name: 'k6',
  kinds: ['plain', 'tls'],
  mostConnections: 1_000,
  install: [['env', `GOBIN=${join(toolFolder, 'bin')}`, 'go', 'install', 'go.k6.io/k6@latest']],
  version: async () => {
    const program = findProgram('k6');
    return program && versionFrom([program, 'version']);
  },
  launch({ kind, url, connections, caFile, folder }) {
    const script = join(folder, 'k6.js');
    writeFileSync(
      script,
      `import http from 'k6/http';
const params = { headers: { 'Content-Type': '${contentType}' } };
export const options = { vus: ${connections}, duration: '${endlessSeconds}s', discardResponseBodies: true };
export default () => http.post('${url.href}', '${requestBody}', params);
`,
    );
    const quiet = ['--quiet', '--no-summary', '--no-usage-report', '--address', ''];
    return {
      command: [findProgram('k6')!, 'run', ...quiet, script],
      env: isSecure(kind) ? { SSL_CERT_FILE: caFile } : {},
    };
  },
};
