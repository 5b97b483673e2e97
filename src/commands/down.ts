import type { CommandContext } from './context.ts';
import type { DownOutcome } from './outcomes.ts';

export async function down(context: CommandContext): Promise<DownOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
