import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watch } from '../support/ended.ts';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(MLBENCH|AWS)_|^(NO|FORCE)_COLOR$/.test(name)),
);

function mlbench(
  args: string[],
  more: { env?: Record<string, string>; cwd?: string } = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [launcher, ...args], {
    cwd: more.cwd ?? folder,
    env: { ...environment, ...more.env },
    encoding: 'utf8',
  });
}

describe('the command line as a process', () => {
  it.each(['bash', 'zsh', 'fish'])(
    'prints the completion script of %s as lines, and nothing else',
    (shell) => {
      const { status, stdout, stderr } = mlbench(['completion', shell]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.split('\n').length).toBeGreaterThan(20);
      expect(stdout).not.toContain('\\x1b');
    },
  );

  it('prints its version and its help on stdout and ends with 0', () => {
    expect(mlbench(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(mlbench(['--help'])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('watch-scaling'),
    });
  });

  it('without a command shows its help on stderr and ends with 2', () => {
    const { status, stdout, stderr } = mlbench([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: mlbench[\s\S]*error: no command given\n/);
  });

  it('reports an error in two lines on stderr, without colours where nobody sees them', () => {
    const { status, stdout, stderr } = mlbench(['load', '--users', '-1']);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: --users: -1 is out of range\n  → pass 1 to 60000 users\n',
    });
  });

  it('reports it as data too with --json, wherever it was asked for', () => {
    const refusals = [mlbench(['lod', '--json']), mlbench(['lod'], { env: { MLBENCH_JSON: '1' } })];
    for (const { status, stdout } of refusals) {
      expect(status).toBe(2);
      expect(JSON.parse(stdout)).toEqual({
        error: { code: 'unknown-command', message: "unknown command 'lod'", remedy: 'did you mean load?' },
      });
    }
  });

  it('takes settings from the config file and the environment, and names the place of a bad one', () => {
    const cwd = join(folder, 'configured');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'mlbench.config.json'), '{"users": 0}');
    expect(mlbench(['load'], { cwd }).stderr).toMatch(/"users" in mlbench\.config\.json: 0 is out of range/);
    expect(mlbench(['load'], { cwd, env: { MLBENCH_USERS: '-2' } }).stderr).toMatch(
      /MLBENCH_USERS: -2 is out of range/,
    );
    expect(mlbench(['load', '--users', '-3'], { cwd }).stderr).toMatch(/--users: -3 is out of range/);
  });

  it('colours errors where asked to, and NO_COLOR wins', () => {
    const red = '\u001b[31m';
    expect(mlbench(['lod'], { env: { FORCE_COLOR: '1' } }).stderr).toContain(red);
    expect(mlbench(['lod'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).stderr).not.toContain(red);
    expect(mlbench(['lod', '--no-color'], { env: { FORCE_COLOR: '1' } }).stderr).not.toContain(red);
  });

  it('survives a reader that goes away', () => {
    const piped = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${launcher}" load --help | head -1; exit "$?"`],
      {
        cwd: folder,
        env: environment,
        encoding: 'utf8',
      },
    );
    expect(piped).toMatchObject({ status: 0, stderr: '', stdout: 'Usage: mlbench load [options]\n' });
  });
});

describe('the launcher on a Node that is too old', () => {
  // A Node of another version cannot be installed for a test; one that says it is older is as good to the launcher.
  const asOldNode = (script: string, args: string[]) =>
    spawn(process.execPath, ['--import', pretend, script, ...args], { env: environment, cwd: folder });
  const pretend = `data:text/javascript,${encodeURIComponent(
    "if (!process.env.MLBENCH_TEST_HANDED_OVER) { Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); }",
  )}`;
  const run = async (script: string, args: string[], signal?: NodeJS.Signals) => {
    const child = asOldNode(script, args);
    const { ended, told } = watch(child);
    // Once, when the program has said its first word: a second signal would meet a launcher that is about to end.
    if (signal) child.stdout.once('data', () => child.kill(signal));
    const { exitCode } = await ended;
    return { code: exitCode, signal: child.signalCode, output: told() };
  };

  /** A package with the launcher, a program of the test's own, and perhaps a newer Node in a folder above it. */
  const packageWith = (name: string, program: string, newerNode: boolean) => {
    const top = join(folder, name);
    const home = join(top, 'node_modules', 'mlbench');
    mkdirSync(join(home, 'bin'), { recursive: true });
    mkdirSync(join(home, 'dist'));
    copyFileSync(launcher, join(home, 'bin', 'mlbench.js'));
    writeFileSync(join(home, 'package.json'), '{"type":"module","version":"0.0.0"}');
    writeFileSync(join(home, 'dist', 'cli.js'), program);
    if (newerNode) {
      const node = join(top, 'node_modules', 'node');
      mkdirSync(join(node, 'bin'), { recursive: true });
      writeFileSync(join(node, 'package.json'), '{"version":"24.0.0"}');
      symlinkSync(process.execPath, join(node, 'bin', 'node'));
    }
    return join(home, 'bin', 'mlbench.js');
  };

  it('says what to install where there is no other', async () => {
    const ended = await run(packageWith('without', '', false), ['--help']);
    expect(ended.code).toBe(2);
    expect(ended.output).toMatch(
      /^error: mlbench needs Node\.js 22\.19 or newer; this is 20\.20\.2\n {2}→ install Node\.js 24/,
    );
  });

  it('hands arguments, exit code and output over to a newer one installed beside the package', async () => {
    const program = 'console.log(process.argv.slice(2).join(" ")); process.exitCode = 4;';
    expect(await run(packageWith('with', program, true), ['load', '--users', '5'])).toEqual({
      code: 4,
      signal: null,
      output: 'load --users 5\n',
    });
  });

  it('passes signals on, and ends as the other did', async () => {
    const program =
      'process.on("SIGTERM", () => { console.log("told"); process.exit(130); }); setInterval(() => {}, 1000); console.log("ready");';
    const ended = await run(packageWith('signalled', program, true), [], 'SIGTERM');
    expect(ended).toMatchObject({ code: 130, output: expect.stringContaining('told') });
    const killed = await run(packageWith('killed', 'process.kill(process.pid, "SIGKILL");', true), []);
    expect(killed).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('says so if the package was not built', () => {
    const script = packageWith('unbuilt', '', true);
    rmSync(join(script, '..', '..', 'dist'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('mlbench is not built'),
    });
  });
});

it('the compile cache stays inside the package', () => {
  mlbench(['--help']);
  expect(existsSync(join(launcher, '..', '..', 'node_modules', '.cache', 'mlbench'))).toBe(true);
});
