import { coolDown } from '../policies/cooldown.ts';
import { accepted, fulfilled, overridden, refused, unfulfilled } from './activity.ts';
import { type Draft, updateTarget, writeActivity } from './draft.ts';
import type { ObservedCapacity, OpenChange, ScalableTarget } from './state.ts';

/** A variant as seen at `atMs`; null: there is no such variant. */
export interface CapacityObservation {
  resourceId: string;
  atMs: number;
  capacity: ObservedCapacity | null;
}

/** How SageMaker answered a command. `refusal` is its message, null if it accepted. */
export interface ChangeOutcome {
  activityId: string;
  resourceId: string;
  atMs: number;
  refusal: string | null;
}

export function applyOutcome(draft: Draft, outcome: ChangeOutcome): void {
  const target = draft.targets[outcome.resourceId];
  const change = target?.openChange;
  if (!change || change.activityId !== outcome.activityId) return;
  const activity = draft.activities.find((other) => other.activityId === outcome.activityId);
  if (!activity) return;
  if (outcome.refusal === null) {
    writeActivity(draft, accepted(activity, change.to), outcome.atMs);
    return;
  }
  writeActivity(draft, refused(activity, change.to, outcome.refusal, outcome.atMs), outcome.atMs);
  updateTarget(draft, outcome.resourceId, { openChange: null });
}

export function applyCapacity(draft: Draft, observation: CapacityObservation): void {
  const target = draft.targets[observation.resourceId];
  if (!target) return;
  const { capacity, atMs } = observation;
  if (target.openChange) concludeChange(draft, target, target.openChange, capacity, atMs);
  updateTarget(draft, observation.resourceId, { capacity });
}

/** The scalable target goes away while a change is under way: nobody will watch that change any more. */
export function abandonChange(draft: Draft, target: ScalableTarget, atMs: number): void {
  const change = target.openChange;
  const activity = draft.activities.find((other) => other.activityId === change?.activityId);
  if (!change || !activity) return;
  const reason = 'The scalable target was deregistered.';
  writeActivity(draft, unfulfilled(activity, change.to, reason, atMs), atMs);
}

function concludeChange(
  draft: Draft,
  target: ScalableTarget,
  change: OpenChange,
  capacity: ObservedCapacity | null,
  atMs: number,
): void {
  const activity = draft.activities.find((other) => other.activityId === change.activityId);
  // Before SageMaker has answered, what is seen says nothing about the change.
  if (activity?.status !== 'InProgress') return;
  const end = (ended: typeof activity) => {
    writeActivity(draft, ended, atMs);
    updateTarget(draft, target.resourceId, { openChange: null });
  };
  if (capacity === null) {
    end(unfulfilled(activity, change.to, 'The endpoint variant no longer exists.', atMs));
  } else if (capacity.endpointStatus === 'InService' && capacity.current === change.to) {
    end(fulfilled(activity, change.to, atMs));
    if (change.direction !== 'bounds') {
      const { direction, cooldownMs, baseCapacity } = change;
      updateTarget(draft, target.resourceId, {
        cooldowns: coolDown({ direction, cooldownMs, baseCapacity }, atMs),
      });
    }
  } else if (capacity.endpointStatus === 'InService' && capacity.desired !== change.to) {
    // A rollback may be over before anybody has seen it.
    const rolledBack = capacity.failureReason || target.capacity?.endpointStatus === 'RollingBack';
    const reason = capacity.failureReason || 'The endpoint rolled back to its earlier instance count.';
    end(
      rolledBack
        ? unfulfilled(activity, change.to, reason, atMs)
        : overridden(activity, change.to, capacity.desired, atMs),
    );
  } else if (['Failed', 'OutOfService', 'Deleting'].includes(capacity.endpointStatus)) {
    end(unfulfilled(activity, change.to, `The endpoint is ${capacity.endpointStatus}.`, atMs));
  }
}
