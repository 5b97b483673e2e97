import { cbor, tag } from '@smithy/core/cbor';
import { ServiceError, type TargetedService } from '../service/operation.ts';
import { boundCbor } from './body-size.ts';
import type { ProtocolCodec, WireRequest, WireResponse } from './codec.ts';
import { queryErrorHeader, type ReportBug, toServiceError } from './wire-error.ts';

/**
 * Smithy RPC v2 CBOR: what today's boto3 and AWS CLI speak to CloudWatch.
 * Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function createRpcV2CborCodec(reportBug: ReportBug): ProtocolCodec {
  return {
    matches: (request) => request.headers['smithy-protocol'] === 'rpc-v2-cbor',

    async handle(request, services) {
      try {
        const output = await findOperation(request, services).invoke(decodeBody(request.body));
        return cborResponse(200, request, output ?? {});
      } catch (error) {
        const shown = toServiceError(error, reportBug);
        const response = cborResponse(shown.status, request, {
          __type: shown.code,
          message: shown.message,
          ...shown.members,
        });
        if (request.headers['x-amzn-query-mode'] === 'true')
          response.headers['x-amzn-query-error'] = queryErrorHeader(shown);
        return response;
      }
    },
  };
}

function findOperation(request: WireRequest, services: readonly TargetedService[]) {
  const path = request.url.split('?')[0]!;
  const [, serviceName, operationName] = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? [];
  const operation =
    request.method === 'POST' && operationName !== undefined
      ? services.find((service) => service.rpcV2Name === serviceName)?.find(operationName)
      : undefined;
  if (!operation) throw new ServiceError('UnknownOperationException', `No operation at ${path}.`, 404);
  return operation;
}

function decodeBody(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  boundCbor(body);
  try {
    return withDates(cbor.deserialize(body));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not CBOR.');
  }
}

/**
 * Whole numbers of 64 bits come as `bigint`, which no other protocol can write: a double holds what operations take.
 * CBOR's tag 1 is an instant in epoch seconds; rounded, because 1.001 s × 1,000 is a hair under 1,001 ms.
 * @throws RangeError for bottomless input, as the decoder itself does.
 */
function withDates(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isTag(value))
    return value.tag === 1 ? new Date(Math.round(Number(value.value) * 1_000)) : withDates(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDates(member)]));
}

/** The decoder marks tags by a symbol of its own, so that no caller's map can pass for one. */
function isTag(value: object): value is { tag: unknown; value: unknown } {
  return Object.getOwnPropertySymbols(value).length > 0 && 'tag' in value && 'value' in value;
}

function withTags(value: unknown): unknown {
  if (value instanceof Date) return tag({ tag: 1, value: value.getTime() / 1_000 });
  if (Array.isArray(value)) return value.map(withTags);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withTags(member)]),
  );
}

function cborResponse(status: number, request: WireRequest, content: unknown): WireResponse {
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': request.requestId,
    },
    body: cbor.serialize(withTags(content)),
  };
}
