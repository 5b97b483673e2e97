import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));

/** `mlbench ARGS` as a shell's words, through the launcher's first line as an installed one runs. */
export function typed(...args: string[]): string {
  return [launcher, ...args].join(' ');
}

/** A real terminal (`script`, util-linux) with a shell at its end: keys can be pressed, and it can be closed. */
export class PseudoTerminal {
  readonly #script: ChildProcess;
  #shown = '';

  /** @param command for `bash -c`; left out: an interactive shell */
  constructor(folder: string, command?: string) {
    // Nobody sits at a terminal of a CI's: spinners keep still there.
    const { _, CI: __, ...environment } = process.env;
    const path = `${process.execPath.slice(0, process.execPath.lastIndexOf('/'))}:${environment['PATH']}`;
    const shell = command === undefined ? ['-c', 'bash --norc --noprofile -i'] : ['-c', command];
    this.#script = spawn('script', ['-qfe', ...shell, '/dev/null'], {
      cwd: folder,
      env: { ...environment, PATH: path, SHELL: '/bin/bash', TERM: 'xterm', PS1: 'ready> ' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#script.stdout?.on('data', (chunk) => {
      this.#shown += chunk;
    });
    this.#script.stdin?.on('error', () => {});
  }

  /** All that it has shown so far, control sequences included. */
  shown(): string {
    return this.#shown;
  }

  press(keys: string): void {
    this.#script.stdin?.write(keys);
  }

  /** What a lost SSH session does: the kernel hangs up on everybody who has it open. */
  close(): void {
    this.#script.kill('SIGKILL');
  }
}
