/** A variant on the virtual clock: takes a change as SageMaker does, and takes its time over it. */
import type { ObservedCapacity } from '../engine/state.ts';

export interface VirtualVariant {
  current: number;
  desired: number;
  /** When the change under way is done; infinite without one. */
  readyAtMs: number;
}

export function createVariant(instances: number): VirtualVariant {
  return { current: instances, desired: instances, readyAtMs: Number.POSITIVE_INFINITY };
}

/**
 *   InService  asked for more    → Updating; old instances alone serve until the new ones are ready
 *   InService  asked for fewer   → Updating; the surplus gets no more traffic at once, and drains
 *   Updating   ready             → InService
 *   Updating   asked             refused
 *
 * @returns SageMaker's refusal, or null
 */
export function changeCount(
  variant: VirtualVariant,
  count: number,
  nowMs: number,
  time: { provisionTimeMs: number; removalTimeMs: number },
): string | null {
  if (variant.readyAtMs !== Number.POSITIVE_INFINITY) return 'Cannot update in-progress endpoint.';
  variant.desired = count;
  variant.readyAtMs =
    nowMs + Math.max(1, count > variant.current ? time.provisionTimeMs : time.removalTimeMs);
  variant.current = Math.min(variant.current, count);
  return null;
}

export function finishChange(variant: VirtualVariant, nowMs: number): void {
  if (nowMs < variant.readyAtMs) return;
  variant.current = variant.desired;
  variant.readyAtMs = Number.POSITIVE_INFINITY;
}

export function observed(variant: VirtualVariant): ObservedCapacity {
  const { current, desired, readyAtMs } = variant;
  return {
    endpointStatus: readyAtMs === Number.POSITIVE_INFINITY ? 'InService' : 'Updating',
    current,
    desired,
  };
}
