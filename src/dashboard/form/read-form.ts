import { MlbenchError } from '../../core/errors.ts';
import { flagOf, type OptionDefinitions, type Settings } from '../../core/options/definition.ts';
import type { FormProblem, FormValues } from './form-shape.ts';
import { givenIn } from './given-in.ts';

/** What was filled in, read by the options' own parsers: what they refuse is a problem of its field. */
export function readForm<Definitions extends OptionDefinitions>(
  definitions: Definitions,
  values: FormValues,
): { settings: Partial<Settings<Definitions>>; problems: FormProblem[] } {
  const settings: Record<string, unknown> = {};
  const problems: FormProblem[] = [];
  for (const [key, texts] of Object.entries(givenIn(definitions, values))) {
    try {
      settings[key] = definitions[key]!.parse(texts, `--${flagOf(key)}`);
    } catch (error) {
      problems.push(problemOf(error, key));
    }
  }
  return { settings: settings as Partial<Settings<Definitions>>, problems };
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
