import { RequestError } from './request-error.ts';

export type RequestFormat = 'json' | 'jsonlines' | 'csv';
export type ResponseFormat = RequestFormat;

/** Media types by format; the first of each is the one answered with. */
const mediaTypes: Record<RequestFormat, readonly [string, ...string[]]> = {
  json: ['application/json'],
  jsonlines: [
    'application/jsonlines',
    'application/x-ndjson',
    'application/x-jsonlines',
    'application/jsonl',
  ],
  csv: ['text/csv', 'application/csv'],
};

const formats = Object.keys(mediaTypes) as RequestFormat[];

export function mediaTypeOf(format: ResponseFormat): string {
  return mediaTypes[format][0];
}

/**
 * The format of a body. None named is JSON: clients of InvokeEndpoint may leave the content type out.
 * @throws RequestError 415
 */
export function requestFormat(contentType: string | undefined): RequestFormat {
  if (contentType === undefined || contentType.trim() === '') return 'json';
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const format = formats.find((candidate) => mediaTypes[candidate].includes(type));
  if (!format) {
    const known = formats.map(mediaTypeOf).join(', ');
    throw new RequestError(415, `content type "${contentType}" is not supported; send one of ${known}`);
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new RequestError(415, `charset "${charset}" is not supported; send utf-8`);
  }
  return format;
}

/**
 * What `text/csv; header=present` says of the first record (RFC 4180 §3); undefined where it says nothing.
 * @throws RequestError 415
 */
export function csvHeader(contentType: string | undefined): 'present' | 'absent' | undefined {
  const said = /;\s*header\s*=\s*"?([^";\s]*)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (said === undefined || said === 'present' || said === 'absent') return said;
  throw new RequestError(415, `header=${said} is not supported; write header=present or header=absent`);
}

/**
 * The format the caller likes best (RFC 9110 §12.5.1): the most specific range decides a type's weight; at equal
 * weights JSON comes first.
 * @throws RequestError 406
 */
export function responseFormat(accept: string | undefined): ResponseFormat {
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(parseRange);
  const [best] = formats
    .map((format) => ({
      format,
      weight: Math.max(...mediaTypes[format].map((type) => weightOf(type, ranges))),
    }))
    .sort((a, b) => b.weight - a.weight);
  if (best && best.weight > 0) return best.format;
  const known = formats.map(mediaTypeOf).join(', ');
  throw new RequestError(406, `cannot answer as "${accept}"; accept one of ${known}`);
}

interface Range {
  range: string;
  weight: number;
}

function parseRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = quality === undefined ? 1 : Number(quality);
  return { range, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

function weightOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const wanted of [type, family, '*/*']) {
    const found = ranges.find((range) => range.range === wanted);
    if (found) return found.weight;
  }
  return 0;
}
