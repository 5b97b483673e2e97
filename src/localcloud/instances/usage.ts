import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a container takes of this machine. */
export interface Usage {
  /** Since it was started, over all CPUs. */
  cpuMs: number;
  memoryBytes: number;
}

/**
 * CPU time and resident memory of one process, from Linux's /proc; undefined where that is missing, or the process is.
 */
export function processUsage(pid: number | undefined): Usage | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces. proc(5): utime 14, stime 15, rss 24.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuMs: ticks * 10, memoryBytes: Number(fields[21]) * 4_096 };
  } catch {
    return undefined;
  }
}

/**
 * CPU time and memory of all processes of a container, from its control group.
 * @param pid of its first process; undefined is given back where that is not a process of this machine (the container
 *   engine's own virtual machine, another host): the pid may be anybody's here
 */
export function containerUsage(pid: number, containerId: string): Usage | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    if (!groups.includes(containerId)) return undefined;
    return groupUsage(groups) ?? processUsage(pid);
  } catch {
    return undefined;
  }
}

const root = '/sys/fs/cgroup';

/** @param groups lines of `hierarchy:controllers:path`; https://man7.org/linux/man-pages/man7/cgroups.7.html */
function groupUsage(groups: string): Usage | undefined {
  const paths = new Map(
    groups
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [, controllers = '', ...path] = line.split(':');
        return controllers.split(',').map((controller): [string, string] => [controller, path.join(':')]);
      }),
  );
  const cpu = paths.get('cpuacct');
  const memory = paths.get('memory');
  // Version 2 has one hierarchy, without named controllers.
  const unified = paths.get('');
  try {
    if (cpu !== undefined && memory !== undefined) return versionOne(cpu, memory);
    return unified === undefined ? undefined : versionTwo(unified);
  } catch {
    // Mounted elsewhere.
    return undefined;
  }
}

function versionOne(cpu: string, memory: string): Usage {
  const memoryFolder = join(root, 'memory', memory);
  return {
    cpuMs: Number(read(join(root, 'cpuacct', cpu), 'cpuacct.usage')) / 1e6,
    memoryBytes:
      Number(read(memoryFolder, 'memory.usage_in_bytes')) -
      entry(read(memoryFolder, 'memory.stat'), 'total_inactive_file'),
  };
}

function versionTwo(path: string): Usage {
  const folder = join(root, path);
  return {
    cpuMs: entry(read(folder, 'cpu.stat'), 'usage_usec') / 1e3,
    memoryBytes: Number(read(folder, 'memory.current')) - entry(read(folder, 'memory.stat'), 'inactive_file'),
  };
}

/** Page cache that can be dropped at once is no use of memory; `docker stats` leaves it out, too. */
function entry(statistics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(statistics)?.[1] ?? 0);
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}
