import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureModelEnvironment } from '../setup/python-environment.ts';

/** A model as a framework exported it, what to ask, and what the framework itself answers. */
export interface SuiteModel {
  name: string;
  /** Within its folder, which bears its name. */
  file: string;
  instances: unknown[];
  answers: unknown[];
  /** Of each number, absolute and relative. */
  tolerance: number;
  csv?: string;
}

/**
 * Has the frameworks make the models, each in a folder of its own. @throws Error if Python or a framework is missing
 */
export function makeModels(folder: string): SuiteModel[] {
  runPython('make_models.py', folder);
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as SuiteModel[];
}

export function runPython(script: string, folder: string): void {
  const { python } = ensureModelEnvironment();
  execFileSync(python, [fileURLToPath(new URL(script, import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '' },
  });
}

/** Where two answers differ, and how; undefined if they agree within the tolerance. */
export function difference(
  actual: unknown,
  expected: unknown,
  tolerance: number,
  at = '$',
): string | undefined {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const allowed = tolerance * Math.max(1, Math.abs(expected));
    return Math.abs(actual - expected) <= allowed ? undefined : `${at}: ${actual}, not ${expected}`;
  }
  if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    const keys = [Object.keys(actual), Object.keys(expected)].map((names) => names.sort().join());
    if (keys[0] !== keys[1]) return `${at}: has ${keys[0]}, not ${keys[1]}`;
    for (const [key, value] of Object.entries(actual)) {
      // Own properties alone: one may be called __proto__.
      const other = Object.getOwnPropertyDescriptor(expected, key)?.value;
      const found = difference(value, other, tolerance, `${at}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return actual === expected
    ? undefined
    : `${at}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
}
