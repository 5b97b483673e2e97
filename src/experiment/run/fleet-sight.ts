import type { Observation } from '../../observe/observation/observation.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';

/**
 * What was seen of a fleet, and whether the fleet is still seen. Once the fleet is out of sight, nothing is known of its
 * state.
 */
export interface FleetSight {
  /** @param wallMs epoch milliseconds of the look */
  looked(observation: Pick<Observation, 'atMs' | 'variant'>, wallMs: number): void;
  /** The cloud could not be asked. */
  missed(): void;
  /** Null: the last look saw it, or none ever did. */
  lastSeen(): LastSeen | null;
}

/** @param originCloudMs where the timeline's time counts from; asked when it is needed */
export function createFleetSight(originCloudMs: () => number): FleetSight {
  let seen: { instances: number; wallMs: number; cloudMs: number } | null = null;
  let because: LastSeen['because'] | null = null;
  return {
    looked({ atMs, variant }, wallMs) {
      because = variant === null ? 'gone' : null;
      if (variant !== null) seen = { instances: variant.current, wallMs, cloudMs: atMs };
    },
    missed() {
      because ??= 'unreachable';
    },
    lastSeen() {
      if (seen === null || because === null) return null;
      return {
        instances: seen.instances,
        at: new Date(seen.wallMs).toISOString(),
        cloudTimeMs: Math.max(0, Math.round(seen.cloudMs - originCloudMs())),
        because,
      };
    },
  };
}
