type EndpointStatus =
  | 'Creating'
  | 'InService'
  | 'Updating'
  | 'SystemUpdating'
  | 'RollingBack'
  | 'Deleting'
  | 'Failed';

export interface EndpointState {
  status: EndpointStatus;
  configName: string;
  /** The fleet that serves. */
  variants: VariantState[];
  /** The fleet of another configuration, while it comes up. */
  next: { configName: string; variants: VariantState[] } | null;
  /** Instances of a fleet that was replaced, while they drain. */
  retired: InstanceState[];
  /** Counts and weights to return to if a capacity change fails. */
  before: WantedVariant[] | null;
  failureReason: string | null;
  createdAtMs: number;
  modifiedAtMs: number;
  /** Numbers instances, so that an id is never used twice. */
  nextInstance: number;
}

export interface WantedVariant {
  name: string;
  desiredCount: number;
  desiredWeight: number;
}

export interface VariantState extends WantedVariant {
  currentWeight: number;
  instances: InstanceState[];
}

export interface InstanceState {
  id: number;
  phase: 'starting' | 'serving' | 'restarting' | 'draining';
  /** Its container answered the ping. */
  ready: boolean;
  /** Cloud time before which it does not serve: creation or provisioning takes that long. */
  notBeforeMs: number;
}

export type EndpointEvent =
  | { type: 'time-passed' }
  | { type: 'instance-ready'; id: number }
  /** It never became healthy. */
  | { type: 'instance-failed'; id: number; reason: string }
  /** It was ready and ended by itself; its host starts it again. */
  | { type: 'instance-crashed'; id: number }
  | { type: 'instance-ended'; id: number }
  | { type: 'capacity'; wanted: WantedVariant[] }
  | { type: 'update'; configName: string; variants: WantedVariant[] }
  | { type: 'delete' };

export type EndpointEffect =
  | { type: 'start-instance'; id: number; configName: string; variantName: string }
  | { type: 'stop-instance'; id: number };

export interface Step {
  /** Null once the endpoint is gone. */
  state: EndpointState | null;
  effects: EndpointEffect[];
}

/** Cloud time until instances serve, at the earliest. */
export interface EndpointTiming {
  /** Those of a deployment: the first fleet, and a fleet of another configuration. */
  createTimeMs: number;
  /** Those added to a fleet. */
  provisionTimeMs: number;
}
