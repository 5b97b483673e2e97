import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Ended, watch } from '../../../support/ended.ts';
import type { Order } from './resident.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** mlbench, to be run again and again. */
export interface MlbenchProgram {
  /** In a process that has run others before. */
  run(order: Order): Promise<Ended>;
  /** In a process of its own, which `started` may kill. */
  runAlone(order: Order, started: (kill: () => void) => void): Promise<Ended>;
  stop(): void;
}

/** So many commands leave little behind in a process: connections and timers that its end would have cut off. */
const commandsOfProcess = 100;

export async function bundleMlbench(): Promise<MlbenchProgram> {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Below the package's root, where mlbench looks for what it brings.
  const folder = mkdtempSync(join(cache, 'mlbench-conformance-'));
  await bundleInto(folder);
  let resident: { process: ChildProcess; commands: number } | undefined;
  const dismiss = () => {
    resident?.process.kill('SIGKILL');
    resident = undefined;
  };
  process.once('exit', dismiss);
  return {
    async run(order) {
      if (resident && resident.commands >= commandsOfProcess) dismiss();
      resident ??= { process: fork(join(folder, 'resident.mjs'), { execArgv: [] }), commands: 0 };
      resident.commands++;
      const child = resident.process;
      const dropOnEnd = () => {
        resident = undefined;
      };
      child.once('exit', dropOnEnd);
      return await answerOf(child, order).finally(() => child.off('exit', dropOnEnd));
    },
    async runAlone({ args, folder: cwd, environment }, started) {
      const child = spawn(process.execPath, [join(folder, 'process.mjs'), ...args], {
        cwd,
        env: { ...environment, NODE_COMPILE_CACHE: join(folder, 'compiled') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      started(() => child.kill('SIGKILL'));
      return await watch(child).ended;
    },
    stop() {
      process.off('exit', dismiss);
      dismiss();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answerOf(child: ChildProcess, order: Order): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const onExit = (exitCode: number | null) =>
      reject(new Error(`mlbench ${order.args.join(' ')} ended its process with ${exitCode}`));
    child.once('exit', onExit);
    child.once('message', (ended: Ended) => {
      child.off('exit', onExit);
      resolve(ended);
    });
    child.send(order);
  });
}

async function bundleInto(outdir: string): Promise<void> {
  await build({
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    logLevel: 'warning',
    absWorkingDir: root,
    entryPoints: [new URL('process.ts', import.meta.url), new URL('resident.ts', import.meta.url)].map(
      (url) => fileURLToPath(url),
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    // The SDK's ES modules: of its CommonJS ones, an `await import()` would see only a default.
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
}
