import { fieldsOf, valuesOf } from './headers.ts';

/** A request in the parts that HTTP/2 takes. */
export interface RequestParts {
  method: string;
  path: string;
  /** Of a name that is there more than once, a value for each line. */
  headers: Readonly<Record<string, string | string[]>>;
  body: Buffer | null;
}

/** The prepared bytes, taken apart again: once a buffer, since one is sent many times. */
export function takeApart(request: Buffer): RequestParts {
  let parts = known.get(request);
  if (parts === undefined) {
    const end = request.indexOf('\r\n\r\n');
    const [start = '', ...lines] = request.toString('latin1', 0, end).split('\r\n');
    const [method = '', path = ''] = start.split(' ');
    const fields = new Map<string, string[]>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon);
      const value = line.slice(colon + 2);
      fields.set(name, [...(fields.get(name) ?? []), value]);
    }
    const body = request.subarray(end + 4);
    parts = { method, path, headers: fieldsOf(fields), body: body.length === 0 ? null : body };
    known.set(request, parts);
  }
  return parts;
}

const known = new WeakMap<Buffer, RequestParts>();

/** The same as bytes, as HTTP/1.1 writes them: a line a value, for not every list may be joined by commas. */
export function putTogether({ method, path, headers, body }: RequestParts): Buffer {
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, field] of Object.entries(headers)) {
    for (const value of valuesOf(field)) head += `${name}: ${value}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}
