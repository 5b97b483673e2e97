import { type HeaderFields, namesType, withHeaders } from '../../request/headers.ts';
import type { PreparedRequest, RequestShape } from '../../request/request.ts';
import type { ScenarioRequest } from '../define-scenario.ts';

/** A scenario's request, ready to be made bytes of. */
export interface ShapedRequest {
  shape: RequestShape;
  /** Null: the run's next payload. */
  body: Uint8Array | null;
  /** The whole request, where it is always the same. */
  bytes: Buffer | null;
}

/** What a scenario asks for, in the terms of the run's destination. */
export interface Shaper {
  /** A frozen object is looked at once. @throws Error that says what cannot be sent */
  asked(request: ScenarioRequest): ShapedRequest;
  /** One that is sent many times. @throws Error that says what cannot be sent */
  declared(request: ScenarioRequest): {
    method: string;
    bytesAt(epochMs: number, payload: string | null): Buffer;
  };
}

export function createShaper(request: PreparedRequest, signed: boolean): Shaper {
  const known = new WeakMap<ScenarioRequest, ShapedRequest>();
  return {
    asked(asked) {
      let shaped = Object.isFrozen(asked) ? known.get(asked) : undefined;
      if (shaped === undefined) {
        shaped = { ...shape(asked, request.usual, signed), bytes: null };
        if (Object.isFrozen(asked)) {
          // A signature is good for a second; without one the bytes are good for ever.
          if (!signed && shaped.body !== null) shaped.bytes = request.bytesOf(shaped.shape, shaped.body, 0);
          known.set(asked, shaped);
        }
      }
      return shaped;
    },
    declared(asked) {
      const shaped = shape(asked, request.usual, signed);
      return { method: shaped.shape.method, bytesAt: request.template(shaped.shape, shaped.body) };
    },
  };
}

const noBody = new Uint8Array();

function shape(asked: ScenarioRequest, usual: RequestShape, signed: boolean): Omit<ShapedRequest, 'bytes'> {
  const own = asked.path === undefined && asked.body === undefined;
  const body = own ? null : bodyOf(asked.body);
  const method =
    asked.method ?? (own || signed ? usual.method : body === null || body.length > 0 ? 'POST' : 'GET');
  if (!/^[A-Z]+$/.test(method)) throw new Error(`"${method}" is not an HTTP method`);
  const path = asked.path ?? usual.path;
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new Error(`the path "${path}" cannot be sent: begin it with / and encode it`);
  if (signed && path.includes('?')) throw new Error(`the path "${path}": a signed request has no query here`);
  const isJson = typeof asked.body === 'object' && bytesIn(asked.body) === null;
  const before = isJson ? { ...usual.headers, 'content-type': 'application/json' } : usual.headers;
  const given = asked.headers ?? {};
  const headers: HeaderFields = withHeaders(before, given, signed);
  const keepsType = usual.keepsType === true || namesType(given);
  const needsType = body !== noBody && headers['content-type'] === undefined;
  const typed = needsType ? { ...headers, 'content-type': 'application/json' } : headers;
  return { shape: { method, path, headers: typed, keepsType }, body };
}

function bodyOf(body: ScenarioRequest['body']): Uint8Array {
  if (body === undefined) return noBody;
  if (typeof body === 'string') return Buffer.from(body);
  const bytes = bytesIn(body);
  if (bytes !== null) return bytes;
  const kind = Object.prototype.toString.call(body).slice(8, -1);
  // JSON makes {} of them, whatever is in them.
  if (unjsonable.has(kind))
    throw new Error(`a body of type ${kind} cannot be sent: make text, bytes or a plain object of it`);
  const json = JSON.stringify(body);
  if (json === undefined) throw new Error(`a body of type ${kind} cannot be sent: JSON has nothing for it`);
  return Buffer.from(json);
}

/** Null for what is no bytes. */
function bytesIn(body: unknown): Uint8Array | null {
  if (body instanceof Uint8Array) return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  const isBuffer = body instanceof ArrayBuffer || body instanceof SharedArrayBuffer;
  return isBuffer ? new Uint8Array(body) : null;
}

const unjsonable = new Set([
  'Map',
  'Set',
  'Promise',
  'URLSearchParams',
  'FormData',
  'Blob',
  'File',
  'ReadableStream',
]);
