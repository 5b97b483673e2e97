import { JsonNumber, wholeNumber } from './json-number.ts';
import type { ElementType } from './signature.ts';

/** Values of one tensor while it is filled. */
export type ElementArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | string[];

export function allocate(type: ElementType, length: number): ElementArray {
  switch (type) {
    case 'float32':
    // Half precision is fed as single: the model's graph has the Cast.
    case 'float16':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
    case 'string':
      return new Array<string>(length).fill('');
  }
}

/** A checked element, or why it is none: `"abc" is not a number`. */
export type Element = { value: number | bigint | string } | { problem: string };

const integerRanges: Partial<Record<ElementType, [low: bigint, high: bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int16: [-32_768n, 32_767n],
  int8: [-128n, 127n],
  uint32: [0n, 2n ** 32n - 1n],
  uint16: [0n, 65_535n],
  uint8: [0n, 255n],
};

/**
 * Checks one value of a body against the type the model wants. JSON's `"5.1"` is not a number; CSV's is.
 * @param isText the value comes from CSV
 */
export function readElement(
  value: unknown,
  type: ElementType,
  isText: boolean,
  missingValues: 'refuse' | 'nan',
): Element {
  const isFloat = type.startsWith('float');
  const takesNan = missingValues === 'nan' && isFloat;
  if (isMissing(value, isText, type) || (takesNan && isText && isMissingWord(String(value)))) {
    return takesNan ? { value: Number.NaN } : { problem: 'is missing' };
  }
  if (type === 'string')
    return typeof value === 'string' ? { value } : { problem: `${show(value)} is not text` };
  if (type === 'bool') return readBoolean(value, isText);
  const range = integerRanges[type];
  if (range) return readInteger(value, type, range, isText);
  return readFloat(value, type, isText);
}

/**
 * How programs write in CSV that there is no value: pandas, R, SQL and JSON, Python, and C of Windows, which writes NaN
 * as `1.#QNAN`.
 */
export function isMissingWord(text: string): boolean {
  return /^(?:[+-]?nan|na|n\/a|<na>|null|none|[+-]?1\.#(?:qnan|snan|ind)0*)$/i.test(text.trim());
}

function isMissing(value: unknown, isText: boolean, type: ElementType): boolean {
  return (
    value === null || value === undefined || (isText && type !== 'string' && String(value).trim() === '')
  );
}

function readBoolean(value: unknown, isText: boolean): Element {
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  const word = isText ? String(value).trim().toLowerCase() : '';
  if (word === 'true' || word === '1') return { value: 1 };
  if (word === 'false' || word === '0') return { value: 0 };
  return { problem: `${show(value)} is neither true nor false` };
}

function readInteger(value: unknown, type: ElementType, range: [bigint, bigint], isText: boolean): Element {
  const wide = type === 'int64' || type === 'uint64';
  const text = isText ? decimalText(String(value)) : jsonInteger(value, wide);
  if (text === undefined) return notANumber(value, isText);
  const integer = wholeNumber(text);
  if (integer === null) return { problem: `${show(value)} is not a whole number` };
  if (integer === undefined || integer < range[0] || integer > range[1])
    return { problem: `${show(value)} does not fit ${type}` };
  return { value: wide ? integer : Number(integer) };
}

/** A number as it was written; of 64 bits also in quotes, as this program itself answers with those beyond 2^53. */
function jsonInteger(value: unknown, wide: boolean): string | undefined {
  if (typeof value === 'number') return String(value);
  if (value instanceof JsonNumber) return value.text;
  return wide && typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? value : undefined;
}

function readFloat(value: unknown, type: ElementType, isText: boolean): Element {
  const text = isText ? decimalText(String(value)) : value instanceof JsonNumber ? value.text : undefined;
  const number = text === undefined && !isText ? value : Number(text);
  if (typeof number !== 'number' || Number.isNaN(number)) return notANumber(value, isText);
  if (!fits(number, type)) {
    return { problem: `${show(value)} does not fit ${type}` };
  }
  return { value: number };
}

/** Single precision rounds beyond its largest number up to infinity, and half precision from 65,520 on. */
function fits(number: number, type: ElementType): boolean {
  if (type === 'float16') return Math.abs(number) < 65_520;
  return Number.isFinite(type === 'float32' ? Math.fround(number) : number);
}

/** Decimal notation alone: `Number()` would also take "0x10", "" and "Infinity". */
function decimalText(text: string): string | undefined {
  const trimmed = text.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed) ? trimmed : undefined;
}

function notANumber(value: unknown, isText: boolean): Element {
  const separator = isText ? /[;\t|]/.exec(String(value))?.[0] : undefined;
  const hint =
    separator === undefined ? '' : `; cells are separated by commas here, not by ${show(separator)}`;
  return { problem: `${show(value)} is not a number${hint}` };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
