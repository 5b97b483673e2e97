import { ServiceError, type TargetedService } from '../service/operation.ts';
import { boundJson } from './body-size.ts';
import type { ProtocolCodec, WireRequest, WireResponse } from './codec.ts';
import { queryErrorHeader, type ReportBug, toServiceError } from './wire-error.ts';

/**
 * AWS JSON 1.0 and 1.1: the operation in `X-Amz-Target`, JSON both ways, timestamps as epoch seconds.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function createAwsJsonCodec(reportBug: ReportBug): ProtocolCodec {
  return {
    matches: (request) =>
      request.headers['x-amz-target'] !== undefined ||
      /^application\/x-amz-json-1\.[01]/.test(request.headers['content-type'] ?? ''),

    async handle(request, services) {
      try {
        const output = await findOperation(request, services).invoke(parseBody(request.body));
        return jsonResponse(200, request, output ?? {});
      } catch (error) {
        const shown = toServiceError(error, reportBug);
        const response = jsonResponse(shown.status, request, {
          __type: shown.code,
          message: shown.message,
          ...shown.members,
        });
        response.headers['x-amzn-errortype'] = shown.code;
        if (request.headers['x-amzn-query-mode'] === 'true')
          response.headers['x-amzn-query-error'] = queryErrorHeader(shown);
        return response;
      }
    },
  };
}

function findOperation(request: WireRequest, services: readonly TargetedService[]) {
  const target = request.headers['x-amz-target'];
  const [prefix, operationName] = typeof target === 'string' ? target.split('.') : [];
  const service = services.find(({ targetPrefix }) => targetPrefix !== undefined && targetPrefix === prefix);
  const operation = operationName === undefined ? undefined : service?.find(operationName);
  if (!operation) {
    const what = target === undefined ? 'X-Amz-Target is missing' : `${String(target)} is not known here`;
    throw new ServiceError(
      'UnknownOperationException',
      `The requested operation is not recognized: ${what}.`,
    );
  }
  return operation;
}

function parseBody(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  boundJson(body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ServiceError('SerializationException', 'The request body must be a JSON object.');
  }
  return parsed;
}

function jsonResponse(status: number, request: WireRequest, content: object): WireResponse {
  const version = request.headers['content-type']?.startsWith('application/x-amz-json-1.0') ? '1.0' : '1.1';
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(withEpochSeconds(content)),
  };
}

/** JSON.stringify would call Date's own toJSON before any replacer sees it. */
function withEpochSeconds(value: unknown): unknown {
  if (value instanceof Date) return Math.round(value.getTime()) / 1_000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEpochSeconds(member)]));
}
