import { MlbenchError } from '../../core/errors.ts';
import { findEngine } from '../../image/find-engine.ts';
import type { EngineSurroundings } from '../../image/run-engine.ts';
import { type Check, fromError, ok } from './check.ts';

/**
 * A container engine that answers. It is needed to build the image for AWS; on the stand-in instances are processes unless
 * `--local-runtime docker` asks for containers.
 * @param needed false: its absence is no failure
 */
export async function checkContainerEngine(needed: boolean, around: EngineSurroundings): Promise<Check> {
  const name = 'container engine';
  try {
    const { command } = await findEngine(around);
    return ok(name, `${command} answers`);
  } catch (error) {
    if (!(error instanceof MlbenchError)) throw error;
    if (needed) return fromError(name, 'failed', error);
    return ok(name, `not needed here; ${error.message}`);
  }
}
