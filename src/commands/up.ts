import type { CommandContext } from './context.ts';
import type { UpOutcome } from './outcomes.ts';
import type { UpOptions } from './up-options.ts';

export async function up(_options: UpOptions, context: CommandContext): Promise<UpOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
