import { redactText } from '../../core/redact.ts';
import type { ErrorGroup } from '../../record/schemas/result.ts';
import type { ErrorCount } from './snapshot.ts';

/**
 * Failures counted by kind, status and normalised message; at most 64 groups, so that a server that words every error
 * differently cannot fill the memory or the report. What is beyond is counted under its kind and status.
 */
export interface ErrorGroups {
  add(error: ErrorCount): void;
  /** Commonest first. */
  list(): ErrorCount[];
  clear(): void;
}

export function createErrorGroups(): ErrorGroups {
  const groups = new Map<string, ErrorCount>();
  const add = (error: ErrorCount) => {
    const key = `${error.kind} ${error.status} ${error.message} ${error.name ?? ''}`;
    const group = groups.get(key);
    if (group !== undefined) {
      group.count += error.count;
      group.firstAtMs = Math.min(group.firstAtMs, error.firstAtMs);
      group.lastAtMs = Math.max(group.lastAtMs, error.lastAtMs);
    } else if (groups.size < maxGroups || error.message === otherMessages) {
      groups.set(key, { ...error });
    } else {
      add({ ...error, message: otherMessages });
    }
  };
  return {
    add,
    list: () => [...groups.values()].sort((a, b) => b.count - a.count),
    clear: () => groups.clear(),
  };
}

export function toErrorGroup(error: ErrorCount): ErrorGroup {
  return {
    kind: error.kind,
    status: error.status,
    // What a service says may repeat what it was sent.
    message: redactText(error.message),
    ...(error.name === undefined ? {} : { name: error.name }),
    count: error.count,
    firstAt: new Date(error.firstAtMs).toISOString(),
    lastAt: new Date(error.lastAtMs).toISOString(),
  };
}

const maxGroups = 64;
const otherMessages = '(further messages)';
