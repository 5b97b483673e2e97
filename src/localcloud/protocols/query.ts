import { ServiceError, type TargetedService } from '../service/operation.ts';
import { boundForm } from './body-size.ts';
import { type ProtocolCodec, signingNameOf, type WireRequest, type WireResponse } from './codec.ts';
import { parseQueryParameters } from './query-parameters.ts';
import { faultOf, queryErrorCode, type ReportBug, toServiceError } from './wire-error.ts';
import { writeXml, type XmlContent, type XmlNode } from './xml.ts';

/**
 * AWS's query protocol: a form with `Action`, an XML document back. Spoken by STS, and by older SDKs to CloudWatch.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function createQueryCodec(reportBug: ReportBug): ProtocolCodec {
  return {
    matches(request) {
      // An object's content type may be anything, a form's too.
      if (signingNameOf(request.headers) === 's3') return false;
      const isForm =
        request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
      return (request.method === 'POST' && isForm) || /[?&]Action=/.test(request.url);
    },

    async handle(request, services) {
      let service: TargetedService | undefined;
      try {
        const parameters = parametersOf(request);
        const { Action: action, Version: version, ...input } = parseQueryParameters(parameters);
        service = findService(services, request, version);
        if (!service)
          throw new ServiceError('InvalidAction', `No service here answers to version ${String(version)}.`);
        const operation = typeof action === 'string' ? service.find(action) : undefined;
        if (!operation)
          throw new ServiceError(
            'InvalidAction',
            `Could not find operation ${String(action)} for version ${String(version)}`,
          );
        const output = await operation.invoke(input);
        return xmlResponse(200, request, resultDocument(String(action), output, request.requestId), service);
      } catch (error) {
        const shown = toServiceError(error, reportBug);
        return xmlResponse(shown.status, request, errorDocument(shown, request.requestId), service);
      }
    },
  };
}

function parametersOf(request: WireRequest): URLSearchParams {
  if (request.method === 'POST') {
    const text = Buffer.from(request.body).toString('utf8');
    boundForm(text);
    return new URLSearchParams(text);
  }
  const queryStart = request.url.indexOf('?');
  return new URLSearchParams(queryStart < 0 ? '' : request.url.slice(queryStart + 1));
}

function findService(
  services: readonly TargetedService[],
  request: WireRequest,
  version: unknown,
): TargetedService | undefined {
  const speaking = services.filter((service) => service.query);
  const signingName = signingNameOf(request.headers);
  return (
    speaking.find((service) => service.signingName === signingName) ??
    speaking.find((service) => service.query?.version === version)
  );
}

function resultDocument(action: string, output: unknown, requestId: string): XmlNode {
  const metadata: XmlNode = ['ResponseMetadata', ['RequestId', requestId]];
  return output === undefined
    ? [`${action}Response`, metadata]
    : [`${action}Response`, [`${action}Result`, ...contentOf(output)], metadata];
}

function errorDocument(error: ServiceError, requestId: string): XmlNode {
  return [
    'ErrorResponse',
    [
      'Error',
      ['Type', faultOf(error)],
      ['Code', queryErrorCode(error.code)],
      ['Message', error.message],
      ...contentOf(error.members),
    ],
    ['RequestId', requestId],
  ];
}

/** Members whose shape is a map, which plain data cannot tell from a structure. */
const mapMembers = new Set(['ExtendedStatistics']);

function contentOf(value: unknown): XmlContent[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item): XmlNode => ['member', ...contentOf(item)]);
  if (typeof value !== 'object' || value instanceof Date) return [value as string | number | boolean | Date];
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(
      ([name, member]): XmlNode => [name, ...(mapMembers.has(name) ? entriesOf(member) : contentOf(member))],
    );
}

function entriesOf(map: object): XmlNode[] {
  return Object.entries(map).map(
    ([key, value]): XmlNode => ['entry', ['key', key], ['value', ...contentOf(value)]],
  );
}

function xmlResponse(
  status: number,
  request: WireRequest,
  document: XmlNode,
  service: TargetedService | undefined,
): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId },
    body: writeXml(document, service?.query?.xmlNamespace),
  };
}
