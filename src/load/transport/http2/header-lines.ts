import type { IncomingHttpHeaders } from 'node:http2';

/** HTTP/2's headers as HTTP/1.1 would write them, behind the line where that has its status. */
export function headerLines(headers: IncomingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') ? [] : [value ?? ''].flat().map((one) => `${name}: ${one}`),
  );
  return ['', ...lines].join('\r\n');
}
