import type { CommandContext } from './context.ts';
import type { StatusOutcome } from './outcomes.ts';

export async function status(context: CommandContext): Promise<StatusOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
