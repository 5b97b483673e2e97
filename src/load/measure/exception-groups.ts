import type { ExceptionCount } from './snapshot.ts';

/** Exceptions counted by message and traceback; at most 64 groups, what is beyond is counted together. */
export interface ExceptionGroups {
  add(exception: ExceptionCount): void;
  /** Commonest first. */
  list(): ExceptionCount[];
  clear(): void;
}

export function createExceptionGroups(): ExceptionGroups {
  const groups = new Map<string, ExceptionCount>();
  const add = (exception: ExceptionCount) => {
    const key = `${exception.message}\n${exception.traceback}`;
    const group = groups.get(key);
    if (group !== undefined) group.count += exception.count;
    else if (groups.size < maxGroups || exception.message === otherExceptions) {
      groups.set(key, { ...exception });
    } else add({ message: otherExceptions, traceback: '', count: exception.count });
  };
  return {
    add,
    list: () => [...groups.values()].sort((a, b) => b.count - a.count),
    clear: () => groups.clear(),
  };
}

const maxGroups = 64;
const otherExceptions = '(further exceptions)';
