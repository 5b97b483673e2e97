import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** As /proc/PID/fdinfo has it: octal, open(2)'s O_CLOEXEC among the flags. */
const closeOnExec = 0o2000000;

/**
 * Closes what a shell left open in its children (`exec 200>lock; flock 200`): a background process must not hold a
 * caller's lock or pipe for as long as it lives. Node itself marks only low descriptors, up to the first gap after 15,
 * as not to be passed on. Node opens all of its own with O_CLOEXEC; an open descriptor without it was inherited. Only
 * Linux tells (proc_pid_fdinfo(5)); elsewhere this does nothing.
 */
export function closeInheritedDescriptors(): void {
  for (const name of descriptorNames()) {
    const descriptor = Number(name);
    if (descriptor > 2 && isInherited(name)) closeQuietly(descriptor);
  }
}

function descriptorNames(): string[] {
  try {
    return readdirSync('/proc/self/fdinfo');
  } catch {
    return [];
  }
}

function isInherited(name: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // Closed since it was listed: the listing's own.
    return false;
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // Gone already.
  }
}
