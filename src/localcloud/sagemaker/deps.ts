import type { Clock } from '../../core/clock.ts';
import type { Account } from './arns.ts';
import type { EndpointConfig } from './endpoint-config.ts';
import type { Endpoints } from './endpoints.ts';
import type { Model } from './model.ts';
import type { TagStore } from './tags.ts';

/** What SageMaker's operations work on. */
export interface SageMakerDeps {
  account: Account;
  /** Cloud time. */
  clock: Clock;
  models: Map<string, Model>;
  configs: Map<string, EndpointConfig>;
  endpoints: Endpoints;
  tags: TagStore;
  /** Whether an S3 URI's object is there. */
  objectExists(uri: string): boolean;
}
