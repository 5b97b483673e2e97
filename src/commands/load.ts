import type { CommandContext } from './context.ts';
import type { LoadOptions } from './load-options.ts';
import type { LoadOutcome } from './outcomes.ts';

export async function load(_options: LoadOptions, context: CommandContext): Promise<LoadOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
