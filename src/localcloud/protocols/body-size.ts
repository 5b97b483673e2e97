import { ServiceError } from '../service/operation.ts';

/**
 * How many values a body may have: far more than any operation takes. A few megabytes of empty lists would become
 * gigabytes of objects, so they are counted before anything is made of them.
 */
const mostValues = 500_000;

/** @throws ServiceError SerializationException for JSON of too many values */
export function boundJson(body: Uint8Array): void {
  let count = 0;
  // Whatever stands in strings is counted, too: a text of so many commas is none that an operation takes.
  for (const byte of body) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
  if (count > mostValues) throw tooMany();
}

/** @throws ServiceError SerializationException for CBOR (RFC 8949) of too many values */
export function boundCbor(body: Uint8Array): void {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let count = 0;
  for (let at = 0; at < body.length; ) {
    count += 1;
    if (count > mostValues) throw tooMany();
    const head = body[at]!;
    const extra = [1, 2, 4, 8][(head & 0x1f) - 24] ?? 0;
    // Cut short: for the decoder to say.
    if (at + 1 + extra > body.length) return;
    const argument = extra === 0 ? head & 0x1f : argumentAt(view, at + 1, extra);
    const isString = head >> 5 === 2 || head >> 5 === 3;
    at += 1 + extra + (isString && (head & 0x1f) !== 31 ? argument : 0);
  }
}

function argumentAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at);
  return bytes === 4 ? view.getUint32(at) : Number(view.getBigUint64(at));
}

/** @throws ServiceError SerializationException */
export function boundForm(text: string): void {
  let count = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count += 1;
  if (count > mostValues / 4) throw tooMany();
}

function tooMany(): ServiceError {
  return new ServiceError('SerializationException', 'The request body has too many values.');
}
