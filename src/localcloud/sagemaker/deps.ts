import type { Clock } from '../../core/clock.ts';
import type { EndpointConfig } from './endpoint-configs/endpoint-config.ts';
import type { Endpoints } from './endpoints/endpoints.ts';
import type { Model } from './models/model.ts';
import type { Account } from './resource/arns.ts';
import type { TagStore } from './tags/tag-store.ts';

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
