import { MlbenchError } from '../../core/errors.ts';
import { flagOf, type OptionDefinitions } from '../../core/options/definition.ts';
import type { FormProblem, FormValues } from './form-shape.ts';
import { givenIn } from './given-in.ts';

/** What the options' own parsers refuse of what was filled in: each is a problem of its field. */
export function problemsIn(definitions: OptionDefinitions, values: FormValues): FormProblem[] {
  return Object.entries(givenIn(definitions, values)).flatMap(([key, texts]) => {
    try {
      definitions[key]!.parse(texts, `--${flagOf(key)}`);
      return [];
    } catch (error) {
      return [problemOf(error, key)];
    }
  });
}

/** @throws what is no refusal: a fault of our own */
export function problemOf(error: unknown, key: string | null = null): FormProblem {
  if (!(error instanceof MlbenchError)) throw error;
  return { key, message: error.message, remedy: error.remedy };
}

/** The field that a refusal names: of several the first one in its message. */
export function fieldNamed(definitions: OptionDefinitions, message: string): string | null {
  const named = Object.keys(definitions)
    .map((key) => ({ key, at: positionOf(`--${flagOf(key)}`, message) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return named[0]?.key ?? null;
}

function positionOf(flag: string, message: string): number {
  return message.search(new RegExp(`${flag}(?![\\w-])`));
}
