import type { SigningCredentials } from '../../core/sigv4.ts';
import type { CloudAddress } from '../../resources/sdk/cloud-address.ts';
import type { StatusOutcome } from './outcomes.ts';

/** What a verb may ask of the cloud that an experiment is in. Each target fills it in; nobody asks which target did. */
export interface Cloud extends CloudAddress {
  /** Its instances are held to a capacity, whatever the machine could carry. */
  capacityEmulated: boolean;
  /** What an instance of that type is held to, in one line; null: as much as it carries. */
  describeCapacity(instanceType: string): string | null;
  /**
   * Where requests to its endpoints go, and for which region they are signed.
   * @throws MlbenchError `bad-endpoint-url` (exit code 2): the environment names no URL
   */
  runtime(): { url: string; region: string };
  /** What those requests are signed with. */
  credentials(): Promise<SigningCredentials>;
}

/** A target's cloud, as it was found. */
export type FoundCloud = {
  /** The process of this machine that is the cloud; null: no process of this machine is. */
  process: StatusOutcome['standIn'];
} & (
  | { cloud: Cloud; trouble: null }
  /** Nothing can be asked of it: what it is may be known all the same. */
  | { cloud: Cloud | null; trouble: { message: string; remedy: string } }
);
