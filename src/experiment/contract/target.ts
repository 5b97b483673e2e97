import type { EnsuredResource } from '../../resources/engine/ensure-all.ts';
import type { LedgerExperiment } from '../../resources/engine/ledger.ts';
import type { Removal } from '../../resources/engine/remove-all.ts';
import type { TargetName } from '../../resources/engine/target-names.ts';
import type { Orphan } from '../../resources/orphans/orphan.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import type { Place } from '../../resources/sdk/place.ts';
import type { Check } from '../checks/check.ts';
import type { CommandContext } from '../context/context.ts';
import type { WantedExperiment } from '../settings/resolve-settings.ts';
import type { SampleRequest } from '../settings/sample-request.ts';
import type { Cloud, FoundCloud } from './cloud.ts';
import type { OrphansOutcome, PlanOutcome, UpOutcome } from './outcomes.ts';

/**
 * All in which one target differs from another. Code asks the target's object (`targets.ts`) for what it needs, and
 * never asks for the target's name. What is seldom needed, or pulls in much, is loaded with the first call.
 */
export interface Target {
  readonly name: TargetName;
  readonly words: TargetWords;
  /** Null: somebody has to name one. */
  readonly defaultRegion: string | null;
  /** A removal is undone by no other `up`: a person is asked first. */
  readonly asksBeforeRemoving: boolean;
  /** Its instances run an image that is built on this machine, by a container engine. */
  readonly buildsImage: boolean;
  /** What was logged outlives the experiment, and can be read without its ledger. */
  readonly keepsLogs: boolean;

  /** Where an endpoint's runtime is for everybody who knows its name; null: only beside its state folder. */
  publicRuntimeUrl(region: string): string | null;
  find(context: CommandContext): Promise<FoundCloud>;
  /**
   * The cloud that holds the logs of `sources`.
   * @throws MlbenchError `no-such-log`, `stand-in-gone` (exit code 2)
   */
  findLogs(sources: readonly LogSourceName[], context: CommandContext): Promise<Cloud>;
  /** The URL that callers of the experiment's API post to; null where there is none, or none that runs. */
  findApiUrl(context: CommandContext, experiment: LedgerExperiment): Promise<string | null>;
  /**
   * The account that the clients work in.
   * @returns null where there are no accounts
   * @throws MlbenchError `other-account` (exit code 2): the experiment is up in another
   */
  resolveAccount(context: CommandContext, clients: CloudClients): Promise<string | null>;
  /** The account of whoever calls; null where nobody says. */
  findPlace(context: CommandContext): Promise<Place | null>;

  deploy(wanted: WantedExperiment, context: CommandContext): Promise<Deployed>;
  /** What `deploy` would do, found out without changing anything. */
  plan(wanted: WantedExperiment, context: CommandContext): Promise<PlanOutcome>;
  /** All that is on record of the experiment, which exists. */
  remove(context: CommandContext): Promise<Removed>;
  /** Ends what runs for experiments of the state folder although none is on record any more. */
  stopStrays(context: CommandContext): Promise<Removed['removed']>;
  removeOrphans(request: OrphansRequest, context: CommandContext): Promise<OrphansOutcome>;
  /**
   * Checks what `up` needs there: credentials, clock, permissions, quota.
   * @param tell told of each check as soon as it is done
   * @returns the error with which the cloud refused to say who calls, if it did
   */
  checkAccess(
    needs: AccessNeeds,
    context: CommandContext,
    tell: (...checks: Check[]) => void,
  ): Promise<unknown>;
}

interface TargetWords {
  /** `AWS`, `the stand-in`. */
  name: string;
  /** `on AWS`, `on the stand-in`. */
  on: string;
  /** With the region where regions mean anything: `AWS, us-east-1`. */
  place(region: string): string;
}

/** Who speaks: the model's containers; the API's Lambda; the API's callers, a line a request. */
export type LogSourceName = 'endpoint' | 'api' | 'access';

export interface Deployed {
  made: Omit<UpOutcome, 'elapsedMs' | 'sampleRequest'>;
  /** What `load` and `invoke` send; null: the model or the endpoint is somebody else's. */
  sample: SampleRequest | null;
  /** What was made before there was a cloud. */
  first: EnsuredResource[];
}

export type Removed = Pick<Removal, 'removed' | 'left'>;

export interface OrphansRequest {
  /** Null: those of all experiments. */
  experiment: string | null;
  /** Is shown what was found; throws to leave it be. */
  confirm(found: readonly Orphan[]): Promise<void>;
}

/** Left out: as `up` has it. */
export interface AccessNeeds {
  instanceType?: string;
  instances?: number;
  maxInstances?: number;
}
