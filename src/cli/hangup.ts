import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Set by the launcher's first line, which the shell reads: `ignored` or `heard`. */
export const hangupVariable = 'MLBENCH_HANGUP';

/** What /proc knows of a process; undefined where there is no /proc. */
export type ReadProcess = (pid: number) => { status: string; stdin: string; stdinFlags: string } | undefined;

/**
 * Whether SIGHUP was ignored when the process was started, as `nohup` has it: then a closed terminal must end nothing.
 * Node sets every signal back before any code of ours runs, so that the process itself cannot tell any more. What can:
 *
 * - the launcher's first line, read by `sh` before there is a Node; the only one that is sure, and the same on macOS;
 * - the variable `_`, in which bash, zsh and ksh name what they started; npx, itself a Node, lets it pass;
 * - where the launcher was not run by `sh` (`node bin/mlbench.js`), on Linux: a parent that ignores it, and the standard
 *   input that GNU's nohup gives in place of a terminal, /dev/null opened for writing alone.
 */
export function ignoresHangup(
  environment: Record<string, string | undefined>,
  { pid, ppid }: { pid: number; ppid: number },
  read: ReadProcess = readProcess,
): boolean {
  if (basename(environment['_'] ?? '') === 'nohup') return true;
  const told = environment[hangupVariable];
  if (told !== undefined) return told === 'ignored';
  const own = read(pid);
  if (own?.stdin === '/dev/null' && isWriteOnly(own.stdinFlags)) return true;
  return ignoresSignal(read(ppid)?.status ?? '', 1);
}

/** @param status of /proc/PID/status: SigIgn is a bit mask in hexadecimal, signal 1 its lowest bit */
function ignoresSignal(status: string, signal: number): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** @param info of /proc/PID/fdinfo/0: open(2)'s flags in octal, the access mode in the lowest two bits */
function isWriteOnly(info: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) === 1;
}

function readProcess(pid: number): ReturnType<ReadProcess> {
  const orEmpty = (look: () => string) => {
    try {
      return look();
    } catch {
      // Another system, or a process of another user.
      return '';
    }
  };
  return {
    status: orEmpty(() => readFileSync(`/proc/${pid}/status`, 'utf8')),
    stdin: orEmpty(() => readlinkSync(`/proc/${pid}/fd/0`)),
    stdinFlags: orEmpty(() => readFileSync(`/proc/${pid}/fdinfo/0`, 'utf8')),
  };
}
