import type { z } from 'zod';
import type { Caller } from './caller.ts';

/**
 * One operation of one AWS service; one file each. The protocol layer has decoded the request (JSON, query or CBOR)
 * into plain data and checked it against `input`; what `handle` returns is encoded in the protocol the caller spoke.
 *
 * Timestamps: `input` sees a `Date` or epoch seconds (use `timestampField` of `fields.ts`); a handler returns `Date`s
 * in cloud time, and each protocol writes them its own way. `undefined` members are left out.
 */
export interface Operation<Deps, Input = never> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  handle(input: Input, deps: Deps, caller: Caller): unknown;
}

/** Keeps the input type where an operation is declared, and lets operations of different inputs share a list. */
export function operation<Deps, Input>(declared: Operation<Deps, Input>): AnyOperation<Deps> {
  return declared as unknown as AnyOperation<Deps>;
}

// biome-ignore lint/suspicious/noExplicitAny: the input was checked by the operation's own schema before `handle` sees it
export type AnyOperation<Deps> = Operation<Deps, any>;

/** An error as AWS words it. Thrown by operations, written in the caller's protocol. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body: `OriginalStatusCode` of a ModelError. */
  readonly members: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The bodies that are being read and answered take all the memory that they may. */
export function noRoom(): ServiceError {
  return new ServiceError('ServiceUnavailable', 'Too many large requests at once. Please try again.', 503);
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** A service whose operations are named in a header, a form or a CBOR path (all but S3 and the runtime). */
export interface TargetedService {
  /** The service in a SigV4 credential scope: `sagemaker`, `monitoring`. */
  readonly signingName: string;
  /** Prefix of `X-Amz-Target`: `SageMaker`; undefined where the service has no JSON protocol. */
  readonly targetPrefix: string | undefined;
  /** XML namespace and API version of the query protocol; undefined where the service has none. */
  readonly query?: { xmlNamespace: string; version: string };
  /** Service shape name in `/service/{name}/operation/{op}` of Smithy RPC v2 CBOR. */
  readonly rpcV2Name?: string;
  /** Error code for input that fails the schema: `ValidationException`, `ValidationError`, `InvalidParameterValue` … */
  readonly invalidInputCode: string;
  /** Runs an operation; throws `ServiceError`. `undefined` if there is no such operation. */
  find(operationName: string): { invoke(input: unknown, caller?: Caller): Promise<unknown> } | undefined;
}
