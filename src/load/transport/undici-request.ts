/** A request in the parts that undici takes. */
export interface RequestParts {
  method: string;
  path: string;
  /** Name, value, name, value … */
  headers: string[];
  body: Buffer | null;
}

/** The prepared bytes, taken apart again: once a buffer, since one is sent many times. */
export function takeApart(request: Buffer): RequestParts {
  let parts = known.get(request);
  if (parts === undefined) {
    const end = request.indexOf('\r\n\r\n');
    const [start = '', ...lines] = request.toString('latin1', 0, end).split('\r\n');
    const [method = '', path = ''] = start.split(' ');
    const headers = lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
    const body = request.subarray(end + 4);
    parts = { method, path, headers, body: body.length === 0 ? null : body };
    known.set(request, parts);
  }
  return parts;
}

const known = new WeakMap<Buffer, RequestParts>();
