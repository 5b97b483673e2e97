import { expect, it } from 'vitest';
import { strongestExitCode } from '../../src/core/exit-codes.ts';

it.each([
  [[0], 0],
  [[4, 5], 5],
  [[1, 5, 4], 1],
  [[3, 1], 3],
  [[6, 3], 6],
  [[130, 6, 3], 130],
  [[], 0],
] as const)('of the exit codes %j the strongest is %d', (codes, strongest) => {
  expect(strongestExitCode(codes)).toBe(strongest);
});
