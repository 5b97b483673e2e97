import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, watch } from '../../support/ended.ts';
import { startMoto } from '../moto.ts';
import { installContainerEngine } from './container-engine.ts';
import { type Gateway, type Intervention, startGateway } from './gateway.ts';
import { type Inspector, startInspector } from './inspector.ts';

const program = fileURLToPath(new URL('mlbench-process.ts', import.meta.url));

/** Recognisable wherever they should not be. */
const secrets = {
  AWS_SECRET_ACCESS_KEY: 'c0nf0rmanceSecretKeyNeverToBeSeen0000000',
  AWS_SESSION_TOKEN: 'c0nf0rmanceSessionTokenNeverToBeSeen0000',
};

/** An account in moto, and working folders to run mlbench in. */
export interface Stage {
  gateway: Gateway;
  inspector: Inspector;
  /** An empty account, and an empty folder to work in. */
  reset(): Promise<void>;
  /**
   * Runs `mlbench ARGS` to its end. The calls of it are in `gateway.calls()` afterwards.
   * @param intervene what becomes of its calls; it is handed the process, to kill it
   * @param more environment
   */
  mlbench(
    args: readonly string[],
    intervene?: (kill: () => void) => Intervention,
    more?: Record<string, string>,
  ): Promise<Ended>;
  /** Absolute paths of all files below the working folder. */
  files(): string[];
  stop(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const moto = await startMoto();
  const inspector = startInspector(moto.environment);
  const gateway = await startGateway(moto.url, inspector);
  const environment = {
    ...withoutSettings(process.env),
    ...moto.environment,
    ...secrets,
    AWS_ACCESS_KEY_ID: 'AKIACONFORMANCE00000',
    AWS_ENDPOINT_URL: gateway.url,
    NO_COLOR: '1',
  };
  const programs = newFolder();
  installContainerEngine(programs, moto.url);
  let folder = newFolder();
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  return {
    gateway,
    inspector,
    async reset() {
      await gateway.reset();
      removeFolder();
      folder = newFolder();
    },
    async mlbench(args, intervene, more = {}) {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: folder,
        env: { ...environment, HOME: folder, PATH: `${programs}:${process.env['PATH']}`, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      gateway.watch(intervene?.(() => child.kill('SIGKILL')));
      const ended = await watch(child).ended;
      await gateway.settled();
      return ended;
    },
    files: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile()),
    async stop() {
      await Promise.all([gateway.stop(), inspector.stop()]);
      await moto.stop();
      rmSync(programs, { recursive: true, force: true });
      removeFolder();
    },
  };
}

/** Where any of the secrets stands: names of files, `stdout`, `stderr`. */
export function placesOfSecrets(stage: Stage, ended: readonly Ended[]): string[] {
  const texts: [string, string][] = [
    ...stage.files().map((path): [string, string] => [path, readFileSync(path, 'latin1')]),
    ...ended.flatMap(({ stdout, stderr }): [string, string][] => [
      ['stdout', stdout],
      ['stderr', stderr],
    ]),
  ];
  return texts.flatMap(([place, text]) =>
    Object.values(secrets).some((secret) => text.includes(secret)) ? [place] : [],
  );
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mlbench-aws-'));
}

function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(MLBENCH|AWS|MOTO)_/.test(name)),
  );
}
