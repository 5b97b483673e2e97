import type { StandInOptions } from '../localcloud/options.ts';
import type { CommandContext } from './context.ts';
import type { LocalStartOutcome } from './outcomes.ts';
export interface LocalStartOptions {
  /** How it behaves; left out: `defaultStandInOptions`. One that runs must agree with what is named here. */
  standIn?: Partial<StandInOptions>;
}

export async function localStart(
  _options: LocalStartOptions,
  context: CommandContext,
): Promise<LocalStartOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
