import { MlbenchError } from '../../core/errors.ts';
import {
  describeChange,
  type OfferedLoad,
  steer,
  steeringUnit,
  stepCommand,
} from '../../offered/offered-load.ts';
import type { SteeringCommand, SteeringUnit } from '../../offered/steering.ts';
import type { RunConductor } from './conduct-run.ts';

/** Lets somebody change the load while it runs: keys of a terminal, a page, a program. */
export interface LoadSteering {
  /** Called once the load runs. @returns called once it has ended */
  attach(controls: LoadControls): () => void;
}

/** Several who steer one run, each as if alone; undefined: there is nobody. */
export function joinSteering(...steerings: (LoadSteering | undefined)[]): LoadSteering | undefined {
  const present = steerings.filter((steering) => steering !== undefined);
  if (present.length === 0) return undefined;
  return {
    attach(controls) {
      const detachments = present.map((steering) => steering.attach(controls));
      return () => {
        for (const detach of detachments) detach();
      };
    },
  };
}

export interface LoadControls {
  /** What a step is; null: this load cannot be changed. */
  unit: SteeringUnit | null;
  /** What is offered at present, all changes in it. */
  offered(): OfferedLoad;
  /** Sets the load from now on. @throws MlbenchError for a load that cannot be set so */
  steer(command: SteeringCommand): void;
  /** So many steps more than now; beyond what there can be, none. */
  step(steps: number): void;
  /** Nothing new is sent from here on. */
  stop(): void;
}

/**
 * What somebody who steers a run can do to it.
 * @param leadMs how far ahead a change is set, so that all workers know of it in time
 */
export function controlsOf(conductor: RunConductor, leadMs: number): LoadControls {
  const offered = () => conductor.state.offered;
  const steerTo = (command: SteeringCommand) => {
    const atMs = steeringInstantMs(conductor.elapsedMs() + leadMs);
    const changed = steer(offered(), command, atMs);
    if (changed === offered()) return;
    conductor.apply({ type: 'changed', offered: changed, atMs, description: describeChange(changed) });
  };
  return {
    unit: steeringUnit(offered()),
    offered,
    steer: steerTo,
    step(steps) {
      try {
        steerTo(stepCommand(offered(), steps));
      } catch (error) {
        // A key that is held down at the end of what is possible is no news.
        if (!(error instanceof MlbenchError)) throw error;
      }
    },
    stop: () => conductor.apply({ type: 'stop', reason: 'asked' }),
  };
}

/** At most ten a second, lest a key held down be hundreds; before a start that is still to come, at the start. */
function steeringInstantMs(earliestMs: number): number {
  return Math.max(0, Math.ceil(earliestMs / steeringGridMs)) * steeringGridMs;
}

const steeringGridMs = 100;
