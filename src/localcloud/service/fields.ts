/**
 * The building blocks of operations' input schemas. JSON and CBOR bring numbers and booleans as such, the query
 * protocol brings everything as text; these accept both, so that an operation is written once.
 */
import { z } from 'zod';

interface Range {
  min?: number;
  max?: number;
}

/** A `Date` (CBOR), epoch seconds (JSON, as number or text) or an ISO 8601 string → `Date`. */
export const timestampField: z.ZodType<Date> = z.preprocess(toDate, z.date());

export function textField(bounds: Range & { pattern?: RegExp } = {}): z.ZodType<string> {
  let schema = z.string();
  if (bounds.min !== undefined) schema = schema.min(bounds.min);
  if (bounds.max !== undefined) schema = schema.max(bounds.max);
  if (bounds.pattern !== undefined) schema = schema.regex(bounds.pattern);
  return schema;
}

export function numberField(bounds: Range = {}): z.ZodType<number> {
  return z.preprocess(toNumber, within(z.number(), bounds));
}

export function integerField(bounds: Range = {}): z.ZodType<number> {
  return z.preprocess(toNumber, within(z.int(), bounds));
}

export const booleanField: z.ZodType<boolean> = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

/** An empty list arrives from the query protocol as empty text. */
export function listField<Item>(item: z.ZodType<Item>, bounds: Range = {}): z.ZodType<Item[]> {
  let schema = z.array(item);
  if (bounds.min !== undefined) schema = schema.min(bounds.min);
  if (bounds.max !== undefined) schema = schema.max(bounds.max);
  return z.preprocess((value) => (value === '' ? [] : value), schema);
}

function within<Schema extends z.ZodNumber>(schema: Schema, bounds: Range): Schema {
  let bounded: z.ZodNumber = schema;
  if (bounds.min !== undefined) bounded = bounded.min(bounds.min);
  if (bounds.max !== undefined) bounded = bounded.max(bounds.max);
  return bounded as Schema;
}

function toNumber(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

function toDate(value: unknown): unknown {
  if (typeof value === 'number') return fromEpochSeconds(value);
  if (typeof value !== 'string' || value.trim() === '') return value;
  return /^\d+(\.\d+)?$/.test(value) ? fromEpochSeconds(Number(value)) : new Date(value);
}

/** Rounded, because 1.001 s × 1,000 is a hair under 1,001 ms. */
function fromEpochSeconds(seconds: number): Date {
  return new Date(Math.round(seconds * 1_000));
}
