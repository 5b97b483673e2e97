import type { CommandContext } from './context.ts';
import type { InvokeOutcome } from './outcomes.ts';

export interface InvokeOptions {
  /** `runtime`: InvokeEndpoint. `api`: the experiment's `/evaluate`. Default `runtime`. */
  via?: 'runtime' | 'api';
  /** Default: the experiment's. */
  endpointName?: string;
  /** The text itself, or `@FILE`. Default: the sample request of the package. */
  body?: string;
  /** Default: by the body's file name, else `application/json`. */
  contentType?: string;
  /** Default `application/json`. */
  accept?: string;
}

export async function invoke(_options: InvokeOptions, context: CommandContext): Promise<InvokeOutcome> {
  throw new Error(`being built: ${context.experiment}`);
}
