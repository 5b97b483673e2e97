import { readFileSync } from 'node:fs';
import type { OutputSpec, Signature } from './signature.ts';
import { rowSize } from './signature.ts';

/**
 * `model.json` beside the model, all of it optional: what the ONNX file cannot say. Without one, features go by
 * position and outputs come back as the model gives them.
 */
export interface ModelDescription {
  name: string | undefined;
  /** Names of the columns of a model with one input of shape [batch, columns]. */
  features: string[] | undefined;
  /** Names of the classes, in the order of the probabilities. */
  labels: string[] | undefined;
  /** What JSON's null and an empty CSV cell are: a bad request, or not-a-number for a model that takes it. */
  missingValues: 'refuse' | 'nan';
}

/** Which outputs are a class and its probabilities, if any. */
export interface OutputRoles {
  label: string | undefined;
  probabilities: string | undefined;
}

export const noDescription: ModelDescription = {
  name: undefined,
  features: undefined,
  labels: undefined,
  missingValues: 'refuse',
};

/** @throws Error in one line, naming the member that is wrong */
export function readDescription(path: string, text = readFileSync(path, 'utf8')): ModelDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`model.json is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('model.json is not an object');
  }
  const members = value as Record<string, unknown>;
  const known = ['name', 'features', 'labels', 'missingValues'];
  const unknown = Object.keys(members).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new Error(`model.json: unknown member "${unknown}"; known are ${known.join(', ')}`);
  const { name, missingValues } = members;
  if (name !== undefined && typeof name !== 'string') throw new Error('model.json: "name" is not a string');
  if (missingValues !== undefined && missingValues !== 'refuse' && missingValues !== 'nan') {
    throw new Error('model.json: "missingValues" is neither "refuse" nor "nan"');
  }
  return {
    name,
    features: names(members, 'features'),
    labels: names(members, 'labels'),
    missingValues: missingValues ?? 'refuse',
  };
}

/** Checks the description against the model. @throws Error in one line */
export function assignRoles(description: ModelDescription, signature: Signature): OutputRoles {
  const { features, labels } = description;
  if (features) {
    const [input] = signature.inputs;
    if (signature.inputs.length !== 1 || !input || input.rowShape.length !== 1) {
      throw new Error('model.json names features, but the model does not have one input of shape [batch, n]');
    }
    const columns = rowSize(input);
    if (columns !== null && columns !== features.length) {
      throw new Error(`model.json names ${features.length} features, but the model takes ${columns}`);
    }
  }
  if (!labels) return { label: undefined, probabilities: undefined };
  const floats = signature.outputs.filter((output) => /^float/.test(output.type));
  // An exporter may leave the shape open; then the first answer shows whether the columns fit.
  const probabilities =
    floats.find((output) => output.shape.at(-1) === labels.length) ??
    floats.find((output) => (output.shape.at(-1) ?? null) === null);
  const label = signature.outputs.find((output) => output !== probabilities && isLabel(output));
  if (!probabilities && !label) {
    throw new Error(
      `model.json names ${labels.length} labels, but no output is a class or has ${labels.length} columns`,
    );
  }
  return { label: label?.name, probabilities: probabilities?.name };
}

function isLabel(output: OutputSpec): boolean {
  const perRow = output.shape.slice(1);
  return /^(?:u?int|string)/.test(output.type) && perRow.every((size) => size === 1);
}

function names(members: Record<string, unknown>, key: string): string[] | undefined {
  const value = members[key];
  if (value === undefined) return undefined;
  if (
    !Array.isArray(value) ||
    value.length === 0 ||
    !value.every((item) => typeof item === 'string' && item !== '')
  ) {
    throw new Error(`model.json: "${key}" is not a list of names`);
  }
  const seen = new Set<string>();
  for (const item of value) {
    if (seen.has(item)) throw new Error(`model.json: "${key}" names "${item}" twice`);
    seen.add(item);
  }
  return value as string[];
}
