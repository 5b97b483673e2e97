import type { ExitCode } from '../../core/exit-codes.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { PlannedResource } from '../../resources/engine/plan.ts';
import type { TargetName } from '../../resources/engine/target-names.ts';
import type { Orphan } from '../../resources/orphans/orphan.ts';
import type { Check } from '../checks/check.ts';
import type { Expiry } from '../cost/expiry.ts';
import type { PlanCost } from '../cost/plan-cost.ts';
import type { SampleOrigin } from '../settings/sample-request.ts';

/** What each verb returns, and `--json` prints (but for `exitCode`, which becomes the process's). */
export interface UpOutcome {
  exitCode: ExitCode;
  experiment: string;
  target: TargetName;
  endpointName: string;
  endpointArn: string;
  variantName: string;
  instances: number;
  /** The `/evaluate` REST API; null with `--no-api`. */
  apiUrl: string | null;
  /** `AWS_ENDPOINT_URL` for other SDKs; null on AWS. */
  standInUrl: string | null;
  autoscaling: {
    minCapacity: number;
    maxCapacity: number;
    /** This and the next three are of the first policy that holds a metric at a value; null where there is none. */
    metric: string | null;
    targetValue: number | null;
    scaleOutCooldownSeconds: number | null;
    scaleInCooldownSeconds: number | null;
    policies: { name: string; type: string }[];
  } | null;
  /** One line when the instances' capacity is emulated, else null. */
  emulatedCapacity: string | null;
  /** What `load` and `invoke` send without `--body`; null: the model or the endpoint is somebody else's. */
  sampleRequest: SampleOutcome | null;
  /** When AWS deletes the endpoint by itself; null: never. */
  expiry: Expiry | null;
  resources: { kind: string; name: string; outcome: string }[];
  elapsedMs: number;
}

/** A request for the model. */
export interface SampleOutcome {
  /** A `file` beside the model, the model's `archive`, or made from the model's `inputs`. */
  from: SampleOrigin;
  /** Of the file that holds it; null: `up --plan` keeps none. */
  path: string | null;
  /** Null: there is none, or it is longer than 64 KiB. */
  body: string | null;
  bytes: number | null;
  /** Why it is none to send, and `load` and `invoke` need `--body`; null: it is one. */
  problem: string | null;
}

/** What a request carried. */
export interface SentOutcome extends Pick<SampleOutcome, 'body'> {
  /** `given`: on the command line. */
  from: 'given' | SampleOrigin;
  /** Of the sample request. */
  path: string | null;
  bytes: number;
}

/** What `up --plan` says. */
export interface PlanOutcome {
  exitCode: ExitCode;
  experiment: string;
  target: TargetName;
  region: string;
  /** Each after what it needs; what would be removed comes last. */
  resources: PlannedResource[];
  /** Null: the endpoint is somebody else's. */
  costUsd: PlanCost | null;
  expiry: Expiry | null;
  /** As `up` has it. */
  sampleRequest: SampleOutcome | null;
}

export interface DownOutcome {
  exitCode: ExitCode;
  removed: { kind: string; name: string }[];
  left: { kind: string; name: string; reason: string; remedy?: string }[];
}

export interface OrphansOutcome {
  exitCode: ExitCode;
  found: Omit<Orphan, 'identifiers'>[];
  removed: { kind: string; name: string }[];
  left: { kind: string; name: string; reason: string }[];
  /** What could not be looked through: orphans may be left there. */
  notSearched: { what: string; reason: string }[];
}

export interface StatusOutcome {
  exitCode: ExitCode;
  experiment: string;
  target: TargetName;
  /** False: nothing is up under this name. */
  up: boolean;
  endpointName: string | null;
  endpointStatus: string | null;
  variants: { name: string; instanceType: string; current: number; desired: number; weight: number }[];
  autoscaling: UpOutcome['autoscaling'];
  alarms: { name: string; state: string; reason: string }[];
  apiUrl: string | null;
  standIn: { url: string; pid: number; timeScale: number; healthy: boolean } | null;
  emulatedCapacity: string | null;
  /** When AWS deletes the endpoint by itself; null: never. */
  expiry: Expiry | null;
  resources: { kind: string; name: string; state: string }[];
  runs: string[];
}

/** One of the experiments of a state folder, in a line. */
export interface ExperimentStatus {
  experiment: string;
  target: TargetName;
  region: string;
  endpointName: string | null;
  /** Null: it is not up, or nobody could ask. */
  endpointStatus: string | null;
  instances: number;
  expiry: Expiry | null;
  /** Why it could not be asked about; null: it could. */
  trouble: string | null;
}

export interface StatusOfAllOutcome {
  exitCode: ExitCode;
  experiments: ExperimentStatus[];
}

export interface InvokeOutcome {
  exitCode: ExitCode;
  status: number;
  contentType: string;
  body: string;
  sent: SentOutcome;
  variant: string | null;
  /** Wall time of this one call, connection set-up included. */
  elapsedMs: number;
  error: { code: string; message: string; originalStatusCode: number | null } | null;
}

export interface LoadOutcome {
  exitCode: ExitCode;
  result: RunResult;
  runDirectory: string;
  /** Null where the run's folder could not be written (any more). */
  reportPath: string | null;
}

export interface WatchOutcome {
  exitCode: ExitCode;
  /** `limit`: it was not calm in time; `gone`: the endpoint was removed meanwhile. */
  endedBy: 'stable' | 'duration' | 'interrupted' | 'limit' | 'gone';
}

export interface RunOutcome {
  exitCode: ExitCode;
  up: UpOutcome;
  load: LoadOutcome | null;
  down: DownOutcome | null;
  reportPath: string | null;
}

export interface CheckupOutcome {
  /** 0: nothing failed · 2: no credentials · 1: something else failed. */
  exitCode: ExitCode;
  target: TargetName;
  checks: Check[];
}

export interface LocalStartOutcome {
  exitCode: ExitCode;
  url: string;
  pid: number;
  /** It ran already, with the same options. */
  alreadyRunning: boolean;
  /** What other programs are to be given. The secret among it is for the user's terminal, and never written down. */
  environment: Record<string, string>;
}

export interface LocalStopOutcome {
  exitCode: ExitCode;
  stopped: boolean;
}
