import type { IncomingHttpHeaders } from 'node:http';

/** What of a request's headers is kept with the object and given back with it. */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || (!keptHeaders.has(name) && !name.startsWith('x-amz-meta-'))) continue;
    const text = name === 'content-encoding' ? withoutTransferCoding(value) : value;
    if (text !== '') kept[name] = text;
  }
  return kept;
}

const keptHeaders = new Set([
  ...[
    'content-type',
    'content-encoding',
    'content-disposition',
    'content-language',
    'cache-control',
    'expires',
  ],
]);

/** `aws-chunked` says how the body travelled, not what it is. */
function withoutTransferCoding(encoding: string): string {
  return encoding
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(', ');
}
