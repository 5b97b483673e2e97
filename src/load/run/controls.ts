import { describeChange, type LoadControls, steeringUnit, turnProfile } from '../steering.ts';
import type { RunConductor } from './conduct-run.ts';

/**
 * What somebody who steers a run can do to it.
 * @param leadMs how far ahead a change is set, so that all workers know of it in time
 */
export function controlsOf(conductor: RunConductor, leadMs: number): LoadControls {
  return {
    unit: steeringUnit(conductor.state.offered),
    turn(steps) {
      const atMs = Math.round(conductor.elapsedMs()) + leadMs;
      const offered = turnProfile(conductor.state.offered, steps, atMs);
      if (offered === null) return;
      conductor.apply({ type: 'changed', offered, atMs, description: describeChange(offered) });
    },
    stop: () => conductor.apply({ type: 'stop', reason: 'asked' }),
  };
}
