import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ended } from '../../support/ended.ts';
import { motoEnvironment } from '../moto.ts';
import { installContainerEngine, pushTo } from './program/container-engine.ts';
import { bundleMlbench } from './program/mlbench-program.ts';
import { nothingBeside } from './world/fill-ins.ts';
import { type Account, type Gateway, type Intervention, startGateway } from './world/gateway.ts';
import { type Inspector, startInspector } from './world/inspector.ts';
import { startWorlds } from './world/worlds.ts';

/** Recognisable wherever they should not be. */
const secrets = {
  AWS_SECRET_ACCESS_KEY: 'c0nf0rmanceSecretKeyNeverToBeSeen0000000',
  AWS_SESSION_TOKEN: 'c0nf0rmanceSessionTokenNeverToBeSeen0000',
};

/** An account in moto, and a working folder to run mlbench in. */
export interface Stage {
  gateway: Gateway;
  inspector: Inspector;
  /** Where mlbench runs. */
  folder: string;
  /** An empty account, and an empty folder to work in. */
  reset(): Promise<void>;
  /** What there is now in the account and in the folder, to come back to as often as wanted. */
  keep(): Promise<Scene>;
  enter(scene: Scene): Promise<void>;
  /**
   * Runs `mlbench ARGS` to its end. The calls of it are in `gateway.calls()` afterwards.
   * @param intervention what becomes of its calls
   * @param more environment
   */
  mlbench(
    args: readonly string[],
    intervention?: Intervention,
    more?: Record<string, string>,
  ): Promise<Ended>;
  /** The same in a process of its own, which the intervention kills. */
  mlbenchKilled(args: readonly string[], intervene: (kill: () => void) => Intervention): Promise<Ended>;
  /** Absolute paths of all files below the working folder. */
  files(): string[];
  stop(): Promise<void>;
}

export interface Scene {
  account: Account;
  folder: string;
  forget(): void;
}

export async function startStage(): Promise<Stage> {
  const [worlds, program] = await Promise.all([startWorlds(), bundleMlbench()]);
  let inspector!: Inspector;
  const gateway = await startGateway((motoUrl) => {
    inspector = startInspector(motoEnvironment(motoUrl));
    return inspector;
  });
  const own = mkdtempSync(join(fastestFolder(), 'mlbench-aws-'));
  const programs = join(own, 'programs');
  installContainerEngine(programs);
  // Always at the same path: what mlbench has written may name it.
  const folder = join(own, 'work');
  const empty: Scene = {
    account: { world: worlds.first, beside: nothingBeside() },
    folder: join(own, 'empty'),
    forget() {},
  };
  mkdirSync(empty.folder);
  // moto loads a service with the first call to it: once here, instead of in every copy.
  gateway.enter(empty.account);
  await inspector.everything();
  let account = empty.account;

  const enter = async (scene: Scene) => {
    await gateway.settled();
    const left = account;
    account = await copyOf(scene.account);
    gateway.enter(account);
    pushTo(programs, account.world.port);
    if (left !== empty.account) left.world.end();
    rmSync(folder, { recursive: true, force: true });
    cpSync(scene.folder, folder, { recursive: true });
  };
  const order = (args: readonly string[], more: Record<string, string> = {}) => ({
    args: [...args],
    folder,
    environment: {
      ...withoutSettings(process.env),
      ...motoEnvironment(gateway.url),
      ...secrets,
      AWS_ACCESS_KEY_ID: 'AKIACONFORMANCE00000',
      NO_COLOR: '1',
      HOME: folder,
      PATH: `${programs}:${process.env['PATH']}`,
      ...more,
    },
  });
  await enter(empty);
  let kept = 0;
  return {
    gateway,
    inspector,
    folder,
    reset: () => enter(empty),
    async keep() {
      await gateway.settled();
      const copy = join(own, `kept-${++kept}`);
      cpSync(folder, copy, { recursive: true });
      const scene = { account: await copyOf(account), folder: copy };
      return {
        ...scene,
        forget() {
          scene.account.world.end();
          rmSync(copy, { recursive: true, force: true });
        },
      };
    },
    enter,
    async mlbench(args, intervention, more) {
      gateway.watch(intervention);
      const ended = await program.run(order(args, more));
      await gateway.settled();
      return ended;
    },
    async mlbenchKilled(args, intervene) {
      const ended = await program.runAlone(order(args), (kill) => gateway.watch(intervene(kill)));
      await gateway.settled();
      return ended;
    },
    files: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile()),
    async stop() {
      program.stop();
      await Promise.all([gateway.stop(), inspector.stop()]);
      await worlds.stop();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

async function copyOf({ world, beside }: Account): Promise<Account> {
  return { world: await world.fork(), beside: structuredClone(beside) };
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

/** In memory, where there is such a place: a kill loses nothing that was written, and so nothing hangs on the disk. */
function fastestFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

function withoutSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(MLBENCH|AWS|MOTO)_/.test(name)),
  ) as Record<string, string>;
}
