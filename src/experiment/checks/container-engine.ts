import { MlbenchError } from '../../core/errors.ts';
import { findContainerEngine } from '../../image/find-container-engine.ts';
import type { ContainerEngineSurroundings } from '../../image/run-container-engine.ts';
import { type Check, fromError, ok } from './check.ts';

/**
 * A container engine that answers. It is needed to build the image for AWS; on the stand-in instances are processes
 * unless `--local-runtime docker` asks for containers.
 * @param needed false: its absence is no failure
 */
export async function checkContainerEngine(
  needed: boolean,
  around: ContainerEngineSurroundings,
): Promise<Check> {
  const name = 'container engine';
  try {
    const { command } = await findContainerEngine(around);
    return ok(name, `${command} answers`);
  } catch (error) {
    if (!(error instanceof MlbenchError)) throw error;
    if (needed) return fromError(name, 'failed', error);
    return ok(name, `not needed here; ${error.message}`);
  }
}
