import type { CommandContext } from './context.ts';
import type { LocalStopOutcome } from './outcomes.ts';

export async function localStop(context: CommandContext): Promise<LocalStopOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
