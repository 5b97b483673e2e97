import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from './child-environment.ts';

/**
 * When a process was started, in whatever unit the system counts it: together with the pid it names one process for
 * good, because pids are used again. Undefined: no such process. From /proc on Linux, from `ps` elsewhere.
 */
export function startMarkOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        env: childEnvironment(),
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 5_000,
      });
      return started.trim() || undefined;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything: count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const zombie = fields[0] === 'Z';
    return zombie ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
