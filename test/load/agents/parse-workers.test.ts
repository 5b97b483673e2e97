import { describe, expect, it } from 'vitest';
import { MlbenchError } from '../../../src/core/errors.ts';
import { parseWorkers } from '../../../src/load/agents/parse-workers.ts';

function refusalOf(action: () => unknown): MlbenchError {
  try {
    action();
  } catch (error) {
    if (error instanceof MlbenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('workers', () => {
  it('are a number, or left to the machine', () => {
    expect(parseWorkers('auto')).toBe('auto');
    expect(parseWorkers('4')).toBe(4);
  });

  it.each(['0', '1000', '1.5', 'all', ''])('are refused as "%s"', (text) => {
    expect(refusalOf(() => parseWorkers(text)).exitCode).toBe(2);
  });
});
