import { isObject } from './decode-json.ts';
import type { ModelDescription } from './description.ts';
import { allocate, type ElementArray, readElement } from './elements.ts';
import { badRequest } from './request-error.ts';
import type { Row, RowContext } from './rows.ts';
import type { Feed } from './runtime/session.ts';
import { type InputSpec, rowSize, type Signature } from './signature.ts';

/** By name, in a Map: a tensor may be called `__proto__`. */
export type Feeds = ReadonlyMap<string, Feed>;

export function rowContext(signature: Signature, description: ModelDescription): RowContext {
  const [input] = signature.inputs;
  const lone = signature.inputs.length === 1 && rowSize(input!) === 1;
  const takesLoneText = lone && input!.type === 'string';
  return {
    takesLoneText,
    blankIsValue: takesLoneText || (lone && description.missingValues === 'nan'),
    columnNames: description.features ?? (isColumnar(signature) ? inputNames(signature) : []),
    rowRank: signature.inputs.length === 1 ? input!.rowShape.length : 1,
    takesText: signature.inputs.some((spec) => spec.type === 'string'),
    takesIntegers: signature.inputs.some((spec) => /^u?int/.test(spec.type)),
  };
}

/**
 * One feed for all rows. Sizes that the model leaves open are taken from the first row; the others must agree.
 * @param bodyBytes no body holds more values than bytes: bounds what a ragged or short body makes us allocate
 * @throws RequestError 400 naming the row and the field
 */
export function buildFeeds(
  rows: readonly Row[],
  signature: Signature,
  description: ModelDescription,
  bodyBytes = Number.POSITIVE_INFINITY,
): Feeds {
  const perRow = rows.map((row) => valuesByInput(row, signature, description));
  const feeds = new Map<string, Feed>();
  for (const [index, input] of signature.inputs.entries()) {
    const shape = resolveShape(input, perRow[0]![index]!, rows[0]!);
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    if (length > bodyBytes) throw badRequest(`${rows[0]!.where}: the arrays are not all of the same length`);
    // Then some row is too short. Filling them one after the other into the same place finds out which.
    const fits = length * rows.length <= bodyBytes;
    const data = allocate(input.type, fits ? length * rows.length : length);
    for (const [rowIndex, row] of rows.entries()) {
      const filler = { data, at: fits ? rowIndex * length : 0, input, row, shape, description };
      const value = perRow[rowIndex]![index]!;
      if (row.isText) fillFlat(filler, value, length);
      else fill(filler, value.value, 0, value.where);
    }
    const dims = input.hasBatch ? [rows.length, ...shape] : shape;
    feeds.set(input.name, { type: input.type === 'float16' ? 'float32' : input.type, data, dims });
  }
  return feeds;
}

/** A row's part for one input, and what an error calls it. */
interface InputValue {
  value: unknown;
  where: string;
  /** Names of the elements, where they have any. */
  names?: readonly string[] | undefined;
}

/** Several inputs of one value each: a table whose columns are the inputs. */
function isColumnar(signature: Signature): boolean {
  return signature.inputs.length > 1 && signature.inputs.every((input) => rowSize(input) === 1);
}

function inputNames(signature: Signature): string[] {
  return signature.inputs.map((input) => input.name);
}

function valuesByInput(row: Row, signature: Signature, description: ModelDescription): InputValue[] {
  const { inputs } = signature;
  const { where, value } = row;
  if (isObject(value)) return valuesOfObject(row, value, signature, description);
  if (inputs.length === 1) return [{ value, where, names: description.features }];
  if (!isColumnar(signature) || !Array.isArray(value)) {
    const names = inputNames(signature).join(', ');
    throw badRequest(
      `${where}: the model has several inputs (${names}): send an object keyed by their names`,
    );
  }
  if (value.length !== inputs.length) {
    const names = inputNames(signature).join(', ');
    throw badRequest(
      `${where}: ${count(value.length, 'value')}, but the model takes ${inputs.length}: ${names}`,
    );
  }
  return inputs.map((input, index) => ({
    value: row.isText ? [value[index]] : value[index],
    where: `${where}.${input.name}`,
  }));
}

function valuesOfObject(
  row: Row,
  value: Record<string, unknown>,
  signature: Signature,
  description: ModelDescription,
): InputValue[] {
  const { where } = row;
  const keys = Object.keys(value);
  const [first] = signature.inputs;
  const features = description.features;
  if (signature.inputs.length === 1 && first) {
    // By the input's name, or as SageMaker's built-in algorithms write it: {"features":[…]}.
    const only = keys.length === 1 ? keys[0]! : undefined;
    if (only !== undefined && !features?.includes(only) && (only === first.name || only === 'features')) {
      return [{ value: value[only], where: `${where}.${only}`, names: features }];
    }
    if (!features) {
      const hint = `send an array, or {"${first.name}": …}; features have names only with a model.json`;
      throw badRequest(`${where}: unknown field "${keys[0] ?? ''}"; ${hint}`);
    }
    checkKeys(where, keys, features, 'features');
    return [{ value: features.map((name) => value[name]), where, names: features }];
  }
  checkKeys(where, keys, inputNames(signature), 'inputs');
  return signature.inputs.map((input) => ({
    value: row.isText ? [value[input.name]] : value[input.name],
    where: `${where}.${input.name}`,
  }));
}

function checkKeys(where: string, keys: readonly string[], names: readonly string[], what: string): void {
  const known = new Set(names);
  const unknown = keys.find((key) => !known.has(key));
  if (unknown !== undefined) {
    const some = names.slice(0, 50).join(', ');
    throw badRequest(`${where}: unknown field "${unknown}"; the model's ${what} are ${some}`);
  }
  const given = new Set(keys);
  const missing = names.find((name) => !given.has(name));
  if (missing !== undefined) throw badRequest(`${where}.${missing}: is missing`);
}

function resolveShape(input: InputSpec, first: InputValue, row: Row): number[] {
  if (row.isText) {
    const open = input.rowShape.filter((size) => size === null).length;
    if (open === 0) return input.rowShape as number[];
    const cells = Array.isArray(first.value) ? first.value.length : 1;
    if (open === 1 && input.rowShape.length === 1) return [cells];
    throw badRequest(`${first.where}: input "${input.name}" has open sizes; send JSON instead of CSV`);
  }
  if (input.isShapeless) return nesting(first.value);
  let inner: unknown = first.value;
  return input.rowShape.map((size) => {
    const here = Array.isArray(inner) ? inner.length : 1;
    if (Array.isArray(inner)) inner = inner[0];
    return size ?? here;
  });
}

/** As its first elements have it; a ragged array fails later, with its place named. */
function nesting(value: unknown): number[] {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return shape;
}

interface Filler {
  data: ElementArray;
  at: number;
  input: InputSpec;
  row: Row;
  shape: readonly number[];
  description: ModelDescription;
}

function fill(filler: Filler, value: unknown, axis: number, where: string): void {
  const { shape } = filler;
  if (axis === shape.length) {
    put(filler, value, where);
    return;
  }
  const expected = shape[axis]!;
  if (!Array.isArray(value)) {
    // A lone value stands for a row of one: 5 for [5].
    if (shape.slice(axis).every((size) => size === 1) && !isObject(value)) {
      put(filler, value, where);
      return;
    }
    throw badRequest(`${where}: expected an array of ${count(expected, 'value')}`);
  }
  const names = axis === 0 ? filler.description.features : undefined;
  if (value.length !== expected) {
    throw badRequest(
      `${where}: ${count(value.length, 'value')}, but the model takes ${expected}${list(names)}`,
    );
  }
  for (const [index, item] of value.entries()) {
    fill(filler, item, axis + 1, names ? `${where}.${names[index]}` : `${where}[${index}]`);
  }
}

/** CSV: the cells in order, whatever the shape. */
function fillFlat(filler: Filler, value: InputValue, length: number): void {
  const cells = Array.isArray(value.value) ? value.value : [value.value];
  if (cells.length !== length) {
    throw badRequest(
      `${value.where}: ${count(cells.length, 'value')}, but the model takes ${length}${list(value.names)}`,
    );
  }
  for (const [index, cell] of cells.entries()) {
    const place = value.names?.[index] ?? (length === 1 ? undefined : `column ${index + 1}`);
    put(filler, cell, place === undefined ? value.where : `${value.where}, ${place}`);
  }
}

function put(filler: Filler, value: unknown, where: string): void {
  const element = readElement(value, filler.input.type, filler.row.isText, filler.description.missingValues);
  if ('problem' in element) throw badRequest(`${where}: ${element.problem}`);
  (filler.data as (number | bigint | string)[])[filler.at] = element.value;
  filler.at += 1;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function list(names: readonly string[] | undefined): string {
  return names ? ` (${names.slice(0, 50).join(', ')})` : '';
}
