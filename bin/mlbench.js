#!/bin/sh
// 2>/dev/null; MLBENCH_HANGUP=ignored; trap MLBENCH_HANGUP=heard HUP; kill -s HUP $$; export MLBENCH_HANGUP; exec node "$0" "$@"
/*
 * The launcher. The line above is the shell's, and a comment to Node: Node forgets at its start that SIGHUP was to be
 * ignored, as `nohup` has it, so the shell sends itself one and looks whether its trap, which an ignored signal cannot
 * have, was sprung.
 *
 * The rest is plain JavaScript, so that it also starts on a Node too old for mlbench: it then hands over to the Node that the
 * `node` package brings, if one is installed here, and else says what to install.
 */
const neededMajor = 22;
const neededMinor = 19;

if (isNewEnough(process.versions.node)) await start();
else await handOver();

/** Imports nothing itself: `import 'node:fs'` alone would take a tenth of the time that `--help` may. */
async function start() {
  // In the package and not in the user's cache: what mlbench writes stays in two places, its own and .mlbench. A folder that
  // cannot be written to leaves us without the cache, no more.
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/mlbench`);
  const program = new URL('../dist/cli.js', import.meta.url).href;
  try {
    await import(program);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== program) throw error;
    refuse('mlbench is not built: dist/cli.js is missing', 'run `npm ci` in the folder of mlbench');
  }
}

async function handOver() {
  const { fileURLToPath } = await import('node:url');
  const script = fileURLToPath(import.meta.url);
  const node = await findNewerNode(script);
  if (node === undefined) {
    refuse(
      `mlbench needs Node.js ${neededMajor}.${neededMinor} or newer; this is ${process.versions.node}`,
      'install Node.js 24 from https://nodejs.org, or run `npm install node@24` next to mlbench',
    );
    return;
  }
  const { spawn } = await import('node:child_process');
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
async function findNewerNode(script) {
  const { existsSync, readFileSync } = await import('node:fs');
  const { dirname, join } = await import('node:path');
  for (let folder = dirname(dirname(script)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', 'node');
    const binary = join(candidate, 'bin', 'node');
    if (existsSync(binary) && binary !== process.execPath) {
      try {
        const { version } = JSON.parse(readFileSync(join(candidate, 'package.json'), 'utf8'));
        if (isNewEnough(String(version))) return binary;
      } catch {
        // Not a package to rely on; perhaps there is another further up.
      }
    }
    if (dirname(folder) === folder) return undefined;
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
