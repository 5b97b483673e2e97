import type { ScalingCommand, ScalingEvent } from '../engine/state.ts';
import type { CapacityChange } from './spec.ts';
import type { VirtualScaling } from './virtual-scaling.ts';

/** The changes of the instance count, each with what led to it. */
export class CapacityChanges {
  readonly #startMs: number;
  readonly #scaling: VirtualScaling | null;
  readonly #changes: CapacityChange[] = [];
  /** Activity → what AWS says caused it. */
  readonly #causes = new Map<string, string>();

  constructor(startMs: number, scaling: VirtualScaling | null) {
    this.#startMs = startMs;
    this.#scaling = scaling;
  }

  learnCause(event: ScalingEvent): void {
    if (event.type === 'activity') this.#causes.set(event.activity.activityId, event.activity.cause);
  }

  asked(atMs: number, { activityId, count }: ScalingCommand, from: number): void {
    const cause = this.#causes.get(activityId) ?? '';
    const sinceMs = this.#scaling?.breachedSinceMs(cause) ?? null;
    this.#changes.push({
      direction: count > from ? 'out' : 'in',
      from,
      to: count,
      askedMs: atMs - this.#startMs,
      doneMs: null,
      cause,
      breachedSinceMs: sinceMs === null ? null : sinceMs - this.#startMs,
    });
  }

  done(atMs: number): void {
    const open = this.#changes.findLast((change) => change.doneMs === null);
    if (open) open.doneMs = atMs - this.#startMs;
  }

  list(): CapacityChange[] {
    return this.#changes;
  }
}
