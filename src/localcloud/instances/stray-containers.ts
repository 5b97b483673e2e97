import { type Clock, sleep } from '../../core/clock.ts';
import { type EngineExit, runEngine } from '../../image/run-engine.ts';

/** The engine's command, for what takes no time and is not interrupted. */
export type AskEngine = (...args: string[]) => Promise<EngineExit>;

export function engineAsker(command: string, clock: Clock): AskEngine {
  const around = { clock, signal: new AbortController().signal, environment: process.env };
  return (...args) => runEngine(command, args, { timeoutMs: 30_000 }, around);
}

/**
 * Ends and removes the containers with that label, and no others. Looks until it has found none twice: the engine may be
 * about to make one that was asked for before its caller died.
 * @param label `name=value`
 */
export async function removeContainers(label: string, ask: AskEngine, clock: Clock): Promise<void> {
  let calm = 0;
  for (let round = 0; round < maxRounds && calm < 2; round++) {
    if (round > 0) await sleep(clock, pauseMs);
    const { code, stdout } = await ask('ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`);
    const ids = stdout.split(/\s+/).filter((id) => id !== '');
    if (code === 0 && ids.length > 0) await ask('rm', '--force', '--volumes', ...ids);
    calm = code === 0 && ids.length === 0 ? calm + 1 : 0;
  }
}

const maxRounds = 20;
const pauseMs = 500;
