import { userError } from '../../core/errors.ts';

/** `auto`, or how many worker threads. */
export function parseWorkers(text: string, name = '--workers'): number | 'auto' {
  if (text.trim() === 'auto') return 'auto';
  const workers = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (workers >= 1 && workers <= mostWorkers) return workers;
  throw userError(
    'bad-workers',
    `${name}: "${text}" is neither auto nor a number of threads`,
    `write auto, or a whole number from 1 to ${mostWorkers}`,
  );
}

const mostWorkers = 256;
