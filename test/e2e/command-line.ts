import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, watch } from '../support/ended.ts';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));

interface Started {
  child: ChildProcess;
  finished: Promise<Ended>;
  output: () => string;
}

/** A folder of its own to run the real command line in, and the means to prove that nothing is left behind. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'mlbench-e2e-'));
  readonly #running = new Set<ChildProcess>();

  /** Runs `mlbench ARGS` to its end. */
  async mlbench(...args: string[]): Promise<Ended> {
    return await this.start(...args).finished;
  }

  /** Starts `mlbench ARGS` without waiting for it. */
  start(...args: string[]): Started {
    return this.#spawn(process.execPath, [launcher, ...args]);
  }

  /** As `start`, with such variables. */
  startWith(environment: Record<string, string>, ...args: string[]): Started {
    return this.#spawn(process.execPath, [launcher, ...args], environment);
  }

  /** As `start`, in a process that may open so many files and sockets. */
  startWithDescriptors(most: number, ...args: string[]): Started {
    const script = `ulimit -n ${most}; exec "$@"`;
    return this.#spawn('sh', ['-c', script, 'sh', process.execPath, launcher, ...args]);
  }

  /** As `startWith`, under that umask. */
  startWithUmask(umask: string, environment: Record<string, string>, ...args: string[]): Started {
    const script = `umask ${umask}; exec "$@"`;
    return this.#spawn('sh', ['-c', script, 'sh', process.execPath, launcher, ...args], environment);
  }

  #spawn(command: string, args: string[], environment: Record<string, string> = {}): Started {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...withoutMlbenchSettings(process.env), NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const { ended, told } = watch(child);
    const finished = ended.finally(() => this.#running.delete(child));
    return { child, finished, output: told };
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  readJson<T>(...parts: string[]): T {
    return JSON.parse(readFileSync(this.path(...parts), 'utf8'));
  }

  /** Every process whose command line names this folder's state: the stand-in, its instances, the API front. */
  processes(): { pid: number; command: string }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const command = readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' ');
        const environment = readOrEmpty(`/proc/${name}/environ`);
        const ours = command.includes(this.folder) || environment.includes(this.folder);
        return ours && command.includes('dist/') ? [{ pid: Number(name), command }] : [];
      });
  }

  async dispose(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    if (existsSync(this.path('.mlbench'))) await this.mlbench('down', '--yes');
    for (const { pid } of this.processes()) killQuietly(pid);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readOrEmpty(`/proc/${pid}/stat`).includes(') Z ');
  } catch {
    return false;
  }
}

function withoutMlbenchSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(MLBENCH|AWS)_/.test(name)));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
