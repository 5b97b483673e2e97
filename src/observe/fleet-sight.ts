import type { LastSeen } from '../record/schemas/scaling-schema.ts';
import type { Observation } from './observation/observation.ts';

/**
 * What was seen of a fleet, and whether the fleet is still seen. Once the fleet is out of sight, nothing is known of
 * its state.
 */
export interface FleetSight {
  /** @param wallMs epoch milliseconds of the look */
  looked(observation: Pick<Observation, 'atMs' | 'variant'>, wallMs: number): void;
  /** The cloud could not be asked. */
  missed(): void;
  /** Null: the last look saw it, or none ever did. */
  lastSeen(): LastSeen | null;
}

/**
 * @param originCloudMs where the timeline's time counts from; asked when it is needed
 * @param changed told when the fleet comes out of sight (with its last sight) and back into it (with null)
 */
export function createFleetSight(
  originCloudMs: () => number,
  changed: (lastSeen: LastSeen | null) => void = () => {},
): FleetSight {
  let seen: { instances: number; wallMs: number; cloudMs: number } | null = null;
  let because: LastSeen['because'] | null = null;
  const lastSeen = (): LastSeen | null => {
    if (seen === null || because === null) return null;
    return {
      instances: seen.instances,
      at: new Date(seen.wallMs).toISOString(),
      cloudTimeMs: Math.max(0, Math.round(seen.cloudMs - originCloudMs())),
      because,
    };
  };
  const become = (now: typeof because) => {
    if (now === because) return;
    because = now;
    if (seen !== null) changed(lastSeen());
  };
  return {
    looked({ atMs, variant }, wallMs) {
      if (variant !== null) seen = { instances: variant.current, wallMs, cloudMs: atMs };
      become(variant === null ? 'gone' : null);
    },
    missed() {
      become(because ?? 'unreachable');
    },
    lastSeen,
  };
}
