import type { SteeringUnit } from '../offered/steering.ts';

/** Lets somebody change the load while it runs. */
export interface LoadSteering {
  /**
   * Called once the load runs.
   * @param turn by so many users, or so many percent of the planned rate; up to a limit, and beyond it ignored
   * @param unit what a step is; null: this load cannot be changed
   * @returns ends it
   */
  attach(turn: (steps: number) => void, unit: SteeringUnit | null): () => void;
}
