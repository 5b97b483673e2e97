import { describe, expect, it } from 'vitest';
import { parseWorkers } from '../../../src/load/agents/parse-workers.ts';
import { refusalOf } from '../../support/refusal-of.ts';

describe('workers', () => {
  it('are a number, or left to the machine', () => {
    expect(parseWorkers('auto')).toBe('auto');
    expect(parseWorkers('4')).toBe(4);
  });

  it.each(['0', '1000', '1.5', 'all', ''])('are refused as "%s"', (text) => {
    expect(refusalOf(() => parseWorkers(text)).exitCode).toBe(2);
  });
});
