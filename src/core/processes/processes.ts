import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { childEnvironment } from './child-environment.ts';

/**
 * The command line of a running process; undefined if there is none with that pid (a zombie counts as none) or it
 * cannot be read. From /proc on Linux, from `ps` elsewhere.
 */
export function commandLineOf(pid: number): string | undefined {
  try {
    const commandLine =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
            encoding: 'utf8',
            env: childEnvironment(),
            stdio: ['ignore', 'pipe', 'ignore'],
            timeout: 5_000,
          });
    return commandLine.length > 0 ? commandLine : undefined;
  } catch {
    return undefined;
  }
}

/** One process: 0 and less are groups, or everybody. */
export function isPid(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Running processes whose command line contains the text; this one is not among them. */
export function processesNaming(text: string): number[] {
  return pids().filter((pid) => pid !== process.pid && commandLineOf(pid)?.includes(text));
}

function pids(): number[] {
  const names =
    process.platform === 'linux'
      ? readdirSync('/proc')
      : execFileSync('ps', ['-A', '-o', 'pid='], {
          encoding: 'utf8',
          env: childEnvironment(),
          timeout: 5_000,
        }).split(/\s+/);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** True if a process has that pid, whosever it is. */
export function isAlive(pid: number): boolean {
  return sendSignal(pid, 0);
}

/** False if there is no such process (any more). */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // EPERM: it is there, but not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
