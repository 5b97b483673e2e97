import type { ScheduledAction } from '@aws-sdk/client-application-auto-scaling';

/** A scheduled action of the variant, as DescribeScheduledActions tells it. */
export interface ScheduledActionObservation {
  name: string;
  schedule: string;
  /** Null: UTC. */
  timeZone: string | null;
  startMs: number | null;
  endMs: number | null;
  createdMs: number;
  minCapacity: number | null;
  maxCapacity: number | null;
}

export function toScheduledAction(action: ScheduledAction): ScheduledActionObservation {
  return {
    name: action.ScheduledActionName ?? '',
    schedule: action.Schedule ?? '',
    timeZone: action.Timezone ?? null,
    startMs: action.StartTime?.getTime() ?? null,
    endMs: action.EndTime?.getTime() ?? null,
    createdMs: action.CreationTime?.getTime() ?? 0,
    minCapacity: action.ScalableTargetAction?.MinCapacity ?? null,
    maxCapacity: action.ScalableTargetAction?.MaxCapacity ?? null,
  };
}
