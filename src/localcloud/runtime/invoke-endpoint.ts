import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { HeldBodies } from '../../core/http/held-bodies.ts';
import type { Random } from '../../core/random.ts';
import { sha256Hex } from '../../core/sigv4.ts';
import type { Access } from '../access/access.ts';
import { asServiceError } from '../access/refusals.ts';
import type { Instance } from '../instances/instance.ts';
import { type ReportBug, toServiceError } from '../protocols/wire-error.ts';
import type { Endpoints } from '../sagemaker/endpoints/endpoints.ts';
import type { Account } from '../service/account.ts';
import { noRoom, type ServiceError } from '../service/operation.ts';
import { type ContainerAnswer, callContainer } from './container-call.ts';
import { writeEventStream } from './event-stream.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';
import { chooseInstance, chooseRoute, createRoutingTable, type Route } from './router.ts';
import {
  type ContainerFailure,
  type ErrorPlace,
  endpointNotFound,
  modelError,
  noInstanceServes,
  payloadTooLarge,
  timeoutMessage,
} from './runtime-errors.ts';

export interface RuntimeDeps {
  account: Account;
  access: Access;
  /** Wall time: callers wait in it. */
  clock: Clock;
  random: Random;
  endpoints: Endpoints;
  findInstance(instanceId: string): Instance | undefined;
  metrics: InvocationMetrics;
  bodies: HeldBodies;
  reportBug: ReportBug;
}

/** The SageMaker runtime: `POST /endpoints/{name}/invocations` and `…/invocations-response-stream`. */
export interface Runtime {
  /** Answers the request if it is an invocation. @returns false if it is something else */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

const invocationPath = /^\/endpoints\/([^/?]+)\/(invocations|invocations-response-stream)$/;
const modelTimeoutMs = 60_000;
/** SageMaker's limit of an invocation's body. */
const maxPayloadBytes = 6_291_456;

export function createRuntime(deps: RuntimeDeps): Runtime {
  const { account, clock, random, endpoints, metrics } = deps;
  const table = createRoutingTable(deps.findInstance);

  return {
    handle(request, response) {
      const path = request.method === 'POST' ? invocationPath.exec(request.url ?? '') : null;
      if (!path) return false;
      const endpointName = decodeName(path[1] ?? '');
      const place: ErrorPlace = { ...account, endpointName };
      const startedMs = clock.monotonicMs();
      deps.bodies.read(request, response, maxPayloadBytes, (payload) => {
        try {
          if (payload.kind === 'gone') return;
          // Of one that was not kept nobody knows the hash, and it is refused in any case.
          if (payload.kind === 'read') deps.access.admit(request, () => sha256Hex(payload.body));
          const endpoint = endpoints.find(endpointName);
          if (!endpoint || !servingStatuses.has(endpoint.state.status)) throw endpointNotFound(place);
          const target = request.headers['x-amzn-sagemaker-target-variant'];
          const route = chooseRoute(table.routes(endpoint), oneOf(target), endpointName, random);
          if (payload.kind === 'no-room') throw noRoom();
          if (payload.kind === 'too-large') {
            if (route) metrics.refused(endpointName, route);
            throw payloadTooLarge(maxPayloadBytes);
          }
          const instance = route && chooseInstance(route, random);
          if (!route || !instance) {
            if (route) metrics.unavailable(endpointName, route);
            throw noInstanceServes();
          }
          const streams = path[2] === 'invocations-response-stream';
          const call = { place, route, instance, body: payload.body, startedMs, streams };
          invoke(request, response, call, deps);
        } catch (error) {
          sendError(response, toServiceError(asServiceError(error), deps.reportBug));
        }
      });
      return true;
    },
  };
}

interface Call {
  place: ErrorPlace;
  route: Route;
  instance: Instance;
  body: Buffer;
  startedMs: number;
  streams: boolean;
}

/**
 * Waits at the instance's gate, asks its container, and answers once: with what comes first, its answer or the time
 * limit.
 */
function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  call: Call,
  { clock, metrics }: Pick<RuntimeDeps, 'clock' | 'metrics'>,
): void {
  const { place, route, instance, startedMs } = call;
  const arrivedMs = clock.monotonicMs();
  let answered = false;
  const timer = clock.after(modelTimeoutMs, () => answer({ status: 0, body: timeoutMessage }));

  const answer = (outcome: ContainerFailure | Extract<ContainerAnswer, { kind: 'answered' }>) => {
    if (answered) return;
    answered = true;
    timer.cancel();
    const answeredMs = clock.monotonicMs();
    if ('kind' in outcome) sendAnswer(response, route.variantName, outcome, call.streams);
    else sendError(response, modelError(outcome, place), route.variantName);
    metrics.invoked(place.endpointName, route, {
      modelStatus: outcome.status,
      modelLatencyUs: (answeredMs - arrivedMs) * 1_000,
      overheadLatencyUs: (arrivedMs - startedMs + clock.monotonicMs() - answeredMs) * 1_000,
    });
  };

  instance.outstanding += 1;
  const admitted = instance.gate.admit((slot) => {
    const { pool } = instance;
    if (!pool) {
      slot.finish(() => {
        instance.outstanding -= 1;
        answer({ status: 0, body: 'The container ended while the request waited for it.' });
      });
      return;
    }
    callContainer(pool, containerHeaders(request), call.body, (received) =>
      slot.finish(() => {
        instance.outstanding -= 1;
        if (received.kind === 'failed') answer({ status: 0, body: received.message });
        else if (received.status >= 200 && received.status < 300) answer(received);
        else answer({ status: received.status, body: received.body.toString('utf8') });
      }),
    );
  });
  if (!admitted) {
    instance.outstanding -= 1;
    // What a container says whose own queue is full; SageMaker passes it on as a ModelError.
    answer({ status: 503, body: '{"error":"overloaded: the queue of this instance is full"}' });
  }
}

const servingStatuses = new Set(['InService', 'Updating', 'SystemUpdating', 'RollingBack']);

const passedOn = [
  'accept',
  'x-amzn-sagemaker-custom-attributes',
  'x-amzn-sagemaker-inference-id',
  'x-amzn-sagemaker-session-id',
  'x-amzn-sagemaker-target-model',
];

function containerHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': request.headers['content-type'] ?? 'application/octet-stream',
  };
  for (const name of passedOn) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  // SDKs name the member's header; SageMaker hands it to the container as plain Accept.
  const accept = request.headers['x-amzn-sagemaker-accept'];
  if (typeof accept === 'string') headers['accept'] = accept;
  return headers;
}

function sendAnswer(
  response: ServerResponse,
  variantName: string,
  received: Extract<ContainerAnswer, { kind: 'answered' }>,
  streams: boolean,
): void {
  // A caller that has gone needs no answer.
  if (response.destroyed) return;
  const contentType = oneOf(received.headers['content-type']) ?? 'application/octet-stream';
  const headers: Record<string, string | number> = {
    'x-Amzn-Invoked-Production-Variant': variantName,
  };
  const attributes = oneOf(received.headers['x-amzn-sagemaker-custom-attributes']);
  if (attributes !== undefined) headers['X-Amzn-SageMaker-Custom-Attributes'] = attributes;
  if (streams) {
    writeEventStream(response, { ...headers, 'X-Amzn-SageMaker-Content-Type': contentType }, received.body);
    return;
  }
  headers['content-type'] = contentType;
  headers['content-length'] = received.body.byteLength;
  response.writeHead(200, headers);
  response.end(received.body);
}

/** restJson1: code in a header, members in the body. */
function sendError(response: ServerResponse, error: ServiceError, variantName?: string): void {
  if (response.destroyed || response.headersSent) return;
  const body = Buffer.from(
    JSON.stringify({ ...error.members, Message: error.message, message: error.message }),
  );
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': body.byteLength,
    'x-amzn-errortype': error.code,
  };
  if (variantName !== undefined) headers['x-Amzn-Invoked-Production-Variant'] = variantName;
  response.writeHead(error.status, headers);
  response.end(body);
}

function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
