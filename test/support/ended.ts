import type { ChildProcess } from 'node:child_process';

export interface Ended {
  /** Null: killed. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Collects what a process says, and `told` it meanwhile; resolves when it has ended and its pipes are read to the end. */
export function watch(child: ChildProcess): { ended: Promise<Ended>; told: () => string } {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { ended, told: () => stdout + stderr };
}
