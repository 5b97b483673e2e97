import { shellWord } from './shell-word.ts';

/** The flags that say where an experiment is, in the order in which they are written. */
export const placeFlags = ['target', 'name', 'region', 'profile', 'config', 'stateDir'] as const;
export type PlaceFlag = (typeof placeFlags)[number];

const defaultName = 'mlbench';
let typed: Readonly<Partial<Record<PlaceFlag, string>>> = {};

/**
 * What was typed for this command must be typed for the next, or the next is about another experiment. Told once by the command
 * line: it is a fact of the process, and the code that advises a command lies deep below.
 */
export function repeatInCommands(flags: Readonly<Partial<Record<PlaceFlag, string>>>): void {
  typed = flags;
}

/**
 * A command of mlbench's, as advised in a message: all such commands are written here.
 * @param words `down`, `load --users 200 --ramp 10`
 * @param of where this command is about something else than the command that was typed
 */
export function ownCommand(words: string, of: { experiment?: string; target?: string } = {}): string {
  const [, verb, more] = /^(.*?)(| -.*)$/s.exec(words) as unknown as [string, string, string];
  const given: Partial<Record<PlaceFlag, string>> = {
    ...typed,
    ...(of.experiment === undefined ? {} : { name: of.experiment }),
    ...(of.target === undefined ? {} : { target: of.target }),
  };
  const flags = placeFlags.flatMap((flag) => {
    const text = given[flag];
    const isNeeded = text !== undefined && !(flag === 'name' && text === defaultName && !typed.name);
    const isThere = more.includes(` --${dashed(flag)} `);
    return isNeeded && !isThere ? [` --${dashed(flag)} ${shellWord(text)}`] : [];
  });
  return `mlbench ${verb}${flags.join('')}${more}`;
}

function dashed(flag: PlaceFlag): string {
  return flag === 'stateDir' ? 'state-dir' : flag;
}
