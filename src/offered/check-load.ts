import { formatDurationMs } from '../core/units.ts';
import { sendsNothing } from './levels/bounds.ts';
import { modelOf, type OfferedLoad } from './offered-load.ts';

/**
 * Whether a load can be sent, or simulated: alike for both.
 * @param seed what chance is drawn by; undefined: nobody said, and `drawSeed` will find one
 * @throws MlbenchError `sends-nothing`, `too-many-users`, `too-high-a-rate`, `too-long` (exit code 2)
 */
export function checkLoad(load: OfferedLoad, seed?: number): void {
  const model = modelOf(load);
  model.check(load);
  if (seed === undefined || model.sendsUnder?.(load)(seed) !== false) return;
  throw sendsNothing(
    `no arrival falls within ${formatDurationMs(load.durationMs)} at that rate with --seed ${seed}`,
  );
}

/** A seed under which something is sent. @param draw seeds nobody chose */
export function drawSeed(load: OfferedLoad, draw: () => number): number {
  const sends = modelOf(load).sendsUnder?.(load) ?? (() => true);
  let seed = draw();
  // What `checkLoad` lets pass sends under one seed of a hundred at least.
  for (let tries = 0; tries < mostTries && !sends(seed); tries++) seed = draw();
  return seed;
}

const mostTries = 10_000;
