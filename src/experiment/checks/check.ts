import { MlbenchError } from '../../core/errors.ts';

/** One thing that was looked at. */
export interface Check {
  name: string;
  /** `warning`: mlbench works, but perhaps not all of it; or it could not be found out. */
  verdict: 'ok' | 'warning' | 'failed';
  /** One line. */
  found: string;
  /** A command or a setting; null where there is nothing to do. */
  remedy: string | null;
  /** What belongs to it, a line each. */
  details?: string[];
}

export function ok(name: string, found: string): Check {
  return { name, verdict: 'ok', found, remedy: null };
}

export function warning(name: string, found: string, remedy: string): Check {
  return { name, verdict: 'warning', found, remedy };
}

export function failed(name: string, found: string, remedy: string): Check {
  return { name, verdict: 'failed', found, remedy };
}

/** Something that another check would have had to find first. */
export function notLookedAt(name: string, want: string, remedy: string): Check {
  return { name, verdict: 'warning', found: `not looked at: no ${want}`, remedy };
}

/** The error as a check: what was tried did not work. */
export function fromError(name: string, verdict: 'warning' | 'failed', error: unknown): Check {
  const found = error instanceof Error ? error.message : String(error);
  return { name, verdict, found, remedy: error instanceof MlbenchError ? error.remedy : null };
}
