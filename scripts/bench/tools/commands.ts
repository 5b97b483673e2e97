import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where tools that no system package brings are installed: outside the repository, and found again by the next run. */
export const toolFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mlbench-bench');

/** @returns a program's path, from `toolFolder` or from PATH; undefined if it is in neither */
export function findProgram(name: string): string | undefined {
  const folders = [join(toolFolder, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export interface Finished {
  ok: boolean;
  /** stdout, then stderr. */
  output: string;
}

/** Runs a command to its end. */
export function run(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program!, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output: stdout + stderr }));
  });
}

/** The first thing in a command's output that looks like a version. */
export async function versionFrom(
  command: readonly string[],
  pattern = /\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?/,
): Promise<string> {
  return pattern.exec((await run(command)).output)?.[0] ?? 'unknown version';
}
