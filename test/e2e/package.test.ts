import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm warns of nothing in a clone', () => {
  const { stderr } = spawnSync('npm', ['config', 'get', 'fund'], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
});

it('a package of the lock file without an integrity hash is one that no registry has', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const without = Object.entries(packages as Record<string, { link?: boolean; integrity?: string }>)
    .filter(([path, { link, integrity }]) => /node_modules\//.test(path) && !link && !integrity)
    .map(([path]) => path);
  expect(without.filter((path) => path !== 'node_modules/lefthook-android-arm64')).toEqual([]);
});

describe('the package, installed from its tarball into an empty folder', () => {
  let folder: string;
  let project: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlbench-package-'));
    project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{"name":"somebody","version":"1.0.0","private":true}');
    // Scripts are off: dist/ is built already, and a build here could run while other tests use it.
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ filename }] = JSON.parse(packed);
    execFileSync('npm', ['install', '--no-save', join(folder, filename)], { cwd: project, stdio: 'ignore' });
  }, 240_000);
  afterAll(() => {
    mlbench('down', '--yes');
    rmSync(folder, { recursive: true, force: true });
  });

  // By the Node that runs the tests: the tarball brings none of its own.
  const bin = () => join(project, 'node_modules', 'mlbench', 'bin', 'mlbench.js');
  const options = () => ({ cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } }) as const;
  const mlbench = (...args: string[]) => spawnSync(process.execPath, [bin(), ...args], options());
  /** While this thread serves. */
  const mlbenchBeside = (args: string[]) =>
    new Promise<{ status: unknown; stdout: string }>((resolve) => {
      execFile(process.execPath, [bin(), ...args], options(), (error, stdout) => {
        resolve({ status: error === null ? 0 : error.code, stdout });
      });
    });

  it('runs up, invoke, load and down', () => {
    const up = mlbench('up');
    expect(up.stderr + up.stdout).toMatch(/mlbench/);
    expect(up.status).toBe(0);
    expect(mlbench('invoke').status).toBe(0);
    const load = mlbench('load', '--users', '5', '--duration', '3s', '--json');
    expect([0, 5]).toContain(load.status);
    expect(JSON.parse(load.stdout).requests.succeeded).toBeGreaterThan(5);
    expect(mlbench('down').status).toBe(0);
  });

  it('says whose code it contains, with the text of each licence', () => {
    const installed = join(project, 'node_modules', 'mlbench');
    const notices = readFileSync(join(installed, 'THIRD-PARTY-NOTICES'), 'utf8');
    const maps = globSync(join(installed, 'dist', '**', '*.map'));
    expect(maps.length).toBeGreaterThan(5);
    const sources = maps.flatMap((map) => JSON.parse(readFileSync(map, 'utf8')).sources as string[]);
    const mapped = sources.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
    // What is minified has no map.
    const bundled = new Set([...mapped, 'uplot', 'onnxruntime-web']);
    expect(bundled.size).toBeGreaterThan(10);
    for (const name of bundled) {
      const { version, license } = JSON.parse(
        readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
      );
      expect(notices).toContain(`- ${name} ${version}: ${license}`);
      const [text] = globSync(join(root, 'node_modules', name, 'LICEN[CS]E*'));
      if (text) expect(notices).toContain(readFileSync(text, 'utf8').trim());
    }
    expect(notices).toContain('Copyright (c) Microsoft Corporation');
  });

  it('is run by npx without a word of npm', () => {
    const installed = ['--no-install', 'mlbench', '--version'];
    const { status, stderr } = spawnSync('npx', installed, options());
    expect([status, stderr]).toEqual([0, '']);
  });

  it('types a scenario, and performs it', async () => {
    const [flow, wrong] = [join(project, 'flow.ts'), join(project, 'wrong.ts')];
    writeFileSync(flow, scenario);
    writeFileSync(wrong, scenario.replace('user.data.token', 'user.data.tokne'));
    expect(typeErrors([flow, wrong])).toEqual([[wrong, expect.stringContaining("'tokne' does not exist")]]);

    const server = createServer((request, answer) => answer.end(String(request.headers['x-token'])));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const args = [
      'load',
      '--url',
      `http://127.0.0.1:${port}`,
      '--scenario',
      'flow.ts',
      '--requests',
      '20',
      '--json',
    ];
    const load = await mlbenchBeside(args);
    server.closeAllConnections();
    server.close();
    expect(load.status).toBe(0);
    const { requestsByName, exceptions } = JSON.parse(load.stdout);
    expect(exceptions).toBeUndefined();
    expect(requestsByName).toMatchObject({ who: { method: 'GET', succeeded: 20, failed: 0 } });
  });
});

const scenario = `import { defineScenario } from 'mlbench/scenario';

export default defineScenario<{ token: string }, { asked: number }>({
  setup: ({ seed }): { token: string } => ({ token: typeof seed }),
  state: () => ({ asked: 0 }),
  wait: 'none',
  flows: [
    {
      name: 'who',
      async run(user): Promise<void> {
        const answer = await user.request({
          path: '/who',
          headers: { 'x-token': user.data.token },
          expect: { status: 200, body: 'number' },
        });
        if (!answer.ok) throw new Error(answer.error ?? '');
        user.state.asked++;
      },
    },
  ],
});
`;

/** What `tsc --strict` says of files, with what is installed beside them: in which file, and what. */
function typeErrors(files: string[]): [file: string | undefined, message: string][] {
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => [file?.fileName, ts.flattenDiagnosticMessageText(messageText, ' ')]);
}
