#!/usr/bin/env node
/*
 * The launcher. Plain JavaScript, so that it also starts on a Node too old for mlbench: it then hands over to the Node that
 * the `node` package brings, if one is installed here, and else says what to install.
 */
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 22;
const neededMinor = 19;
const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));

if (isNewEnough(process.versions.node)) await start();
else await handOver();

async function start() {
  const program = join(packageRoot, 'dist', 'cli.js');
  if (!existsSync(program)) {
    refuse('mlbench is not built: dist/cli.js is missing', `run \`npm ci\` in ${packageRoot}`);
    return;
  }
  // In the package and not in the user's cache: what mlbench writes stays in two places, its own and .mlbench. A folder that
  // cannot be written to leaves us without the cache, no more.
  nodeModule.enableCompileCache?.(join(packageRoot, 'node_modules', '.cache', 'mlbench'));
  await import('../dist/cli.js');
}

async function handOver() {
  const node = findNewerNode();
  if (node === undefined) {
    refuse(
      `mlbench needs Node.js ${neededMajor}.${neededMinor} or newer; this is ${process.versions.node}`,
      'install Node.js 24 from https://nodejs.org, or run `npm install node@24` next to mlbench',
    );
    return;
  }
  const { spawn } = await import('node:child_process');
  const script = fileURLToPath(import.meta.url);
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A Ctrl-C reaches the child twice then, from the terminal and from here; it takes two within a moment for one.
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) =>
    refuse(`${node} could not be started: ${error.message}`, 'install Node.js 24'),
  );
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const name of signals) process.off(name, forward);
    process.kill(process.pid, signal);
  });
}

/** The `node` package of this package or, where npm hoisted it, of a folder above. */
function findNewerNode() {
  for (let folder = packageRoot; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', 'node');
    const binary = join(candidate, 'bin', 'node');
    if (existsSync(binary) && binary !== process.execPath && isNewEnough(versionIn(candidate))) return binary;
    if (dirname(folder) === folder) return undefined;
  }
}

function versionIn(folder) {
  try {
    return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  } catch {
    return '0.0.0';
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function refuse(message, remedy) {
  process.stderr.write(`error: ${message}\n  → ${remedy}\n`);
  process.exitCode = 2;
}
