import { userError } from '../../core/errors.ts';
import type { HeaderFields } from '../../core/sigv4.ts';

export type { HeaderFields };

/** A header line after the other, of one name as many as there are; the first spelling of a name counts. */
export function headersOf(lines: readonly (readonly [name: string, value: string])[]): HeaderFields {
  const fields = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of lines) {
    const known = fields.get(name.toLowerCase());
    if (known === undefined) fields.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return fieldsOf(fields.values());
}

/** Not by assignment: to `headers['__proto__']` that changes the object's prototype, and the header is lost. */
export function fieldsOf(
  fields: Iterable<readonly [name: string, values: readonly string[]]>,
): Record<string, string | string[]> {
  const single = ([name, values]: readonly [string, readonly string[]]) =>
    [name, values.length === 1 ? values[0]! : [...values]] as const;
  return Object.fromEntries(Array.from(fields, single));
}

/**
 * Headers beside those that a request has: each takes the place of one of the same name. Names that differ in their
 * case are one name, and its values are sent in their order, a line each (RFC 9110 §5.3).
 * @param signed they are signed, so that some are the signer's to set
 * @returns lower-case names
 * @throws MlbenchError `bad-header`
 */
export function withHeaders(usual: HeaderFields, own: HeaderFields, signed: boolean): HeaderFields {
  const asked = new Map<string, string[]>();
  for (const [name, given] of Object.entries(own)) {
    const lower = name.toLowerCase();
    const values = valuesOf(given).map((value) => checkHeader(name, value, signed));
    if (values.length === 0) checkHeader(name, undefined);
    asked.set(lower, [...(asked.get(lower) ?? []), ...values]);
  }
  for (const [name, values] of asked) refuseRepeated(name, values);
  return { ...usual, ...fieldsOf(asked) };
}

/** Whether the content type is among them. */
export function namesType(headers: HeaderFields): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

export function valuesOf(field: string | readonly string[]): readonly string[] {
  return Array.isArray(field) ? field : [field as string];
}

/**
 * @returns the value as it is sent: its UTF-8, a character a byte, since heads are written so. What no text is, such as
 * an argument that is not UTF-8, cannot be told apart any more and is refused
 * @throws MlbenchError `bad-header`
 */
export function checkHeader(name: string, value: unknown, signed = false): string {
  const lower = name.toLowerCase();
  // Nobody checks a scenario's types while it runs: a number is as good as its text, and nothing at all is not.
  const text = value === undefined || value === null ? null : String(value);
  if (!headerName.test(lower) || text === null || !isSendable(text)) {
    throw userError(
      'bad-header',
      // Not its value: that may be a token.
      `the header "${name}" cannot be sent: ${headerFault(lower, text)}`,
      'write it as "name: value", in plain characters',
    );
  }
  if (ownHeaders.has(lower) || (signed && signersHeaders.has(lower))) {
    throw userError(
      'bad-header',
      `the header "${name}" is the load generator's to set`,
      `leave "${name}" out`,
    );
  }
  return plain.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

const plain = /^[\t\x20-\x7e]*$/;

/** Control characters end a line or worse; U+FFFD stands for what was no text. */
function isSendable(text: string): boolean {
  return plain.test(text) || (!/[^\t\P{Cc}]|\uFFFD/u.test(text) && text.isWellFormed());
}

function refuseRepeated(name: string, values: readonly string[]): void {
  if (values.length === 1 || !(singular.has(name) || name.startsWith('x-amzn-sagemaker-'))) return;
  throw userError(
    'bad-header',
    `the header "${name}" is given ${values.length} times, and a request has one of it at most`,
    name === 'cookie' ? 'write all cookies in one: "cookie: a=1; b=2"' : `keep one "${name}"`,
  );
}

function headerFault(lower: string, text: string | null): string {
  if (!headerName.test(lower)) return 'that is no name';
  if (text === null) return 'it has no value';
  return text.includes('\uFFFD') || !text.isWellFormed()
    ? 'its value is not UTF-8 text'
    : 'its value holds a character that no header may';
}

const headerName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const ownHeaders = new Set(['content-length', 'transfer-encoding', 'connection']);
const signersHeaders = new Set([
  'host',
  'authorization',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);
/**
 * Request fields whose value is no list (RFC 9110, 6265 §5.4, 6454): of two, servers take the first, the last, or
 * neither.
 */
const singular = new Set([
  'authorization',
  'content-disposition',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'from',
  'host',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'user-agent',
]);
