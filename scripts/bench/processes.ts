import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process and all its descendants have used, as Linux keeps the books. */
export interface Usage {
  /** User and system time of all threads, those that ended included. In steps of 10 ms. */
  cpuMs: number;
  /** Of that, outside the kernel. */
  userMs: number;
  residentKb: number;
}

/** A process that has ended meanwhile counts as nothing. */
export function usageOf(pid: number): Usage {
  const total: Usage = { cpuMs: 0, userMs: 0, residentKb: 0 };
  for (const each of [pid, ...descendantsOf(pid)]) {
    const stat = read(`/proc/${each}/stat`);
    // The name, in parentheses, may hold anything; utime and stime are fields 14 and 15 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 22) continue;
    total.cpuMs += (Number(fields[11]) + Number(fields[12])) * msPerTick;
    total.userMs += Number(fields[11]) * msPerTick;
    total.residentKb += Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${each}/status`))?.[1] ?? 0);
  }
  return total;
}

/** Starts a program that does not outlive the bench, however the bench ends. */
export function startProcess(command: readonly string[], options: SpawnOptions): ChildProcess {
  const [program, ...args] = command;
  const child = spawn(program!, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** At a signal: what was started is ended, then the bench. */
export function endAllOnSignals(cleanUp: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      for (const { pid } of running) {
        for (const each of [...descendantsOf(pid!), pid!]) signal(each, 'SIGKILL');
      }
      cleanUp();
      process.exit(130);
    });
  }
}

const running = new Set<ChildProcess>();

/** Ends a process and its descendants, and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pids = [child.pid, ...descendantsOf(child.pid)];
  for (const pid of pids) signal(pid, 'SIGTERM');
  await Promise.race([gone, sleep(graceMs)]);
  if (child.exitCode === null && child.signalCode === null) {
    for (const pid of pids) signal(pid, 'SIGKILL');
  }
  await gone;
}

const graceMs = 5_000;

/** USER_HZ, 100 on every Linux that Node runs on. */
const msPerTick = 10;

function descendantsOf(pid: number): number[] {
  let threads: string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  const children = threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
