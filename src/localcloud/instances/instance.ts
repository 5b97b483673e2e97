import type { Pool } from 'undici';
import type { InstanceType } from '../../catalog/instance-types.ts';
import type { InstanceSpec } from '../service/ports.ts';
import type { CapacityGate } from './capacity-gate.ts';
import type { RunningContainer } from './container.ts';

/** An instance as the router and the meters see it. */
export interface Instance {
  readonly spec: InstanceSpec;
  readonly type: InstanceType;
  readonly gate: CapacityGate;
  /** Invocations routed here and not answered yet, those waiting in its queue among them. */
  outstanding: number;
  /** Connections to its container; undefined while that is not up. */
  pool: Pool | undefined;
  /** What its container takes of this machine; undefined while that is not up. */
  readUsage: RunningContainer['readUsage'] | undefined;
}
