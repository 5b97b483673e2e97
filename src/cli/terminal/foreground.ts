import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from '../../core/processes/child-environment.ts';

/**
 * Whether the terminal's keys come to this process. One that a shell runs in the background (`&`, `bg`) is stopped by
 * the system as soon as it changes the terminal. True also where there is no job control.
 */
export function isInForeground(): boolean {
  try {
    const [group, foreground] = process.platform === 'linux' ? groupsInProc() : groupsByPs();
    return group === undefined || foreground === undefined || foreground <= 0 || group === foreground;
  } catch {
    return true;
  }
}

/** proc_pid_stat(5): after the program's name in brackets come state, ppid, pgrp, session, tty_nr, tpgid. */
function groupsInProc(): (number | undefined)[] {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [Number(fields[2]), Number(fields[5])];
}

function groupsByPs(): (number | undefined)[] {
  const told = execFileSync('ps', ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)], {
    encoding: 'utf8',
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 5_000,
  });
  return told.trim().split(/\s+/).map(Number);
}
