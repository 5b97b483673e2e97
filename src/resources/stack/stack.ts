import { type Declared, declare } from '../engine/resource.ts';
import { broughtEndpointKind } from '../kinds/brought-endpoint.ts';
import type { EndpointState } from '../kinds/endpoint/endpoint-state.ts';
import type { HttpApiState } from '../kinds/http-api/http-api.ts';
import { type ApiSpec, declareApi } from './declare-api.ts';
import { declareScaling, type ScalingSpec } from './declare-scaling.ts';
import { declareService, type ServiceSpec } from './declare-service.ts';
import type { StackFrame } from './stack-frame.ts';

/** What an experiment is made of, with nothing left open. */
export interface StackSpec extends StackFrame {
  /** Null: somebody else made the endpoint. */
  service: ServiceSpec | null;
  autoscaling: ScalingSpec | null;
  /** Null: no REST API, or, on the stand-in, one that a process of this machine serves. */
  api: ApiSpec | null;
  /** When AWS is to delete the endpoint; null: only `down` does. */
  expiry: { atMs: number } | null;
}

export interface Stack {
  endpoint: Declared<EndpointState>;
  /** Null: none of the cloud's own. */
  api: Declared<HttpApiState> | null;
  /** Each after what it needs. */
  all: Declared[];
}

/** An endpoint with all that it needs and all that uses it, each resource declared by what goes into it. */
export function declareStack(spec: StackSpec): Stack {
  const ending = spec.expiry ? { scaled: spec.autoscaling !== null, ...spec.expiry } : null;
  const { endpoint, before } = spec.service
    ? declareService(spec.service, ending, spec)
    : declareBrought(spec);
  const api = spec.api ? declareApi(spec.api, spec) : { api: null, all: [] };
  const scaling = spec.autoscaling ? declareScaling(spec.autoscaling, endpoint, spec.variantName) : [];
  return { endpoint, api: api.api, all: [...before, endpoint, ...scaling, ...api.all] };
}

function declareBrought({ names, variantName }: StackSpec): {
  endpoint: Declared<EndpointState>;
  before: Declared[];
} {
  const endpoint = declare(broughtEndpointKind, {}, () => ({ name: names.endpoint, variantName }));
  return { endpoint, before: [] };
}
