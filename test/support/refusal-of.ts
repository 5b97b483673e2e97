import { MlbenchError } from '../../src/core/errors.ts';

/** What an action was refused with; anything else that it throws is thrown on. */
export function refusalOf(action: () => unknown): MlbenchError {
  try {
    action();
  } catch (error) {
    if (error instanceof MlbenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
