/**
 * Protocol Buffers on the wire, as far as an ONNX file has to be taken apart:
 * https://protobuf.dev/programming-guides/encoding/
 */
export interface Field {
  number: number;
  /** Of a length-delimited field its content; else none. */
  content: Uint8Array | null;
  /** Of a varint. */
  value: bigint | null;
  /** All of it, tag included. */
  bytes: Uint8Array;
}

/** @throws Error where the bytes are no message */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const start = at;
    const tag = readVarint(message, at);
    at = tag.end;
    const number = Number(tag.value >> 3n);
    const kind = Number(tag.value & 7n);
    let content: Uint8Array | null = null;
    let value: bigint | null = null;
    if (kind === 0) ({ value, end: at } = readVarint(message, at));
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = readVarint(message, at);
      at = length.end + Number(length.value);
      content = message.subarray(length.end, at);
    } else throw new Error(`wire type ${kind} is none of ONNX`);
    if (at > message.length) throw new Error('a field is cut short');
    fields.push({ number, content, value, bytes: message.subarray(start, at) });
  }
  return fields;
}

export function textOf(fields: readonly Field[], number: number): string {
  return textsOf(fields, number)[0] ?? '';
}

export function textsOf(fields: readonly Field[], number: number): string[] {
  return fields.flatMap((field) =>
    field.number === number && field.content !== null ? [Buffer.from(field.content).toString('utf8')] : [],
  );
}

/** Whole numbers, packed or not. */
export function integersOf(fields: readonly Field[], number: number): bigint[] {
  return fields.flatMap((field) => {
    if (field.number !== number) return [];
    if (field.content === null) return field.value === null ? [] : [BigInt.asIntN(64, field.value)];
    const values: bigint[] = [];
    for (let at = 0; at < field.content.length; ) {
      const { value, end } = readVarint(field.content, at);
      values.push(BigInt.asIntN(64, value));
      at = end;
    }
    return values;
  });
}

/** A length-delimited field. */
export function lengthDelimited(number: number, content: string | readonly Uint8Array[]): Uint8Array {
  const body = typeof content === 'string' ? Buffer.from(content) : Buffer.concat(content);
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function readVarint(message: Uint8Array, from: number): { value: bigint; end: number } {
  let value = 0n;
  for (let at = from; at < message.length && at < from + 10; at++) {
    value |= BigInt(message[at]! & 127) << BigInt(7 * (at - from));
    if (message[at]! < 128) return { value, end: at + 1 };
  }
  throw new Error('a number is cut short');
}
