import { variableOf } from '../../core/options/definition.ts';
import { outOfPlaceBeside } from '../../offered/from-flags.ts';
import { flagNames } from '../../offered/options.ts';
import type { SettingSources } from './settings.ts';

/** By the key of what names or shapes a kind of load: what of the other kinds has no place beside it. */
const outranked: Record<string, readonly string[]> = Object.fromEntries(
  outOfPlaceBeside().map(({ flag, excludes }) => [
    flagNames[flag],
    excludes.map((excluded) => flagNames[excluded]),
  ]),
);

/**
 * A flag that names a kind of load (`--rate`) outranks what variables and the config file say of another kind
 * (`users`), as any flag outranks a setting of its own name; a variable outranks the file alike. What contradicts
 * itself at one rank is refused later.
 */
export function keepStrongestModel(sources: SettingSources): SettingSources {
  const byFlags = namesOf((key) => sources.flags[key] !== undefined);
  const environment = { ...sources.environment };
  // Stages without users are arrivals: those beside another kind's name go with it.
  const dropFromFile = new Set(byFlags.flatMap((key) => outranked[key]!));
  for (const key of dropFromFile) {
    if (sources.flags[key] === undefined) delete environment[variableOf(key)];
  }
  const byVariables = namesOf((key) => (environment[variableOf(key)] ?? '') !== '');
  for (const key of byVariables.flatMap((name) => outranked[name]!)) dropFromFile.add(key);
  const named = byFlags.length > 0 || byVariables.length > 0;
  const config = { ...sources.config };
  if (named && kinds.some((kind) => dropFromFile.has(kind) && config[kind] !== undefined)) {
    dropFromFile.add('stages');
  }
  for (const key of dropFromFile) delete config[key];
  return { ...sources, environment, config };
}

const kinds = outOfPlaceBeside()
  .filter(({ names }) => names)
  .map(({ flag }) => flagNames[flag]);

function namesOf(given: (key: string) => boolean): string[] {
  return Object.keys(outranked).filter(given);
}
