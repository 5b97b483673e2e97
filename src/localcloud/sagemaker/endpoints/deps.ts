import type { EndpointConfigDeps } from '../endpoint-configs/endpoint-config.ts';
import type { Endpoints } from './endpoints.ts';

/** What the operations on endpoints work on. */
export interface EndpointDeps extends EndpointConfigDeps {
  endpoints: Endpoints;
}
