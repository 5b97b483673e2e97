import type { Alarm } from '../../../alarms/alarm.ts';

/** What the policies of one scalable target look at as its alarms act. */
export interface Situation {
  /** By name. */
  alarms: Readonly<Record<string, Alarm>>;
  /** Names of the alarms whose actions run now. */
  acting: ReadonlySet<string>;
  capacity: CapacityFacts;
}

export interface CapacityFacts {
  current: number;
  /** The capacity that a scale-out is counted from: `scaleOutBase`. */
  outBase: number;
  /** Most instances that a scale-in takes away at once; null: as many as are wanted. */
  maxScaleInStep: number | null;
}

/** One policy's wish. */
export interface Demand {
  wanted: number;
  cooldownMs: number;
  alarmName: string;
  policyName: string;
  /** AWS's reason where a scale-in is asked for and nothing is taken away. */
  ifNotIn: 'AutoScalingAnticipatedFlapping' | 'AlreadyAtDesiredCapacity';
}

/** What all policies of one kind ask of one scalable target. */
export interface Demands {
  /** Null: none wants out. Empty: one does, and nobody knows how far; then nothing is taken away either. */
  out: readonly Demand[] | null;
  /** Carried out only where no kind wants out. */
  in: readonly Demand[];
}

/** The first of equals. */
export function largestOf(demands: readonly Demand[]): Demand | undefined {
  return demands.reduce<Demand | undefined>(
    (best, demand) => (best && best.wanted >= demand.wanted ? best : demand),
    undefined,
  );
}
