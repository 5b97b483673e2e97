import type { CommandContext } from './context.ts';
import type { LoadOptions } from './load-options.ts';
import type { RunOutcome } from './outcomes.ts';
import type { UpOptions } from './up-options.ts';
export interface RunOptions {
  up: UpOptions;
  /** Left out: a profile that overloads one instance, so that scaling is seen. */
  load: LoadOptions;
  /** True: leave it all up at the end, and after a failure. Default false. */
  keep?: boolean;
}

export async function run(_options: RunOptions, context: CommandContext): Promise<RunOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
