// `prepare` runs on `npm ci` in a clone and before `npm pack`. Plain JavaScript: it must also start on the
// machine's own Node when that is too old for TypeScript, and hand over to the Node this package brings.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundledNode = `${root}node_modules/node/bin/node`;
const node = existsSync(bundledNode) ? bundledNode : process.execPath;
const built = spawnSync(node, [`${root}scripts/build.ts`], { stdio: 'inherit', cwd: root });
if (built.status !== 0) process.exit(built.status ?? 1);

// Hooks are for people who commit; a clone without git (or CI) does without them.
if (existsSync(`${root}.git`) && !process.env.CI) {
  spawnSync(`${root}node_modules/.bin/lefthook`, ['install'], { stdio: 'ignore', cwd: root });
}
