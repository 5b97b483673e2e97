import { type MlbenchError, userError } from '../core/errors.ts';
import type { FlaggedLoad, LoadModel } from './load-model.ts';
import { loadModels, type OfferedLoad } from './offered-load.ts';
import { flagNames, type LoadFlag, type LoadFlags, type OutOfPlace } from './options.ts';

/**
 * The load that the flags describe; the same for every verb.
 * @throws MlbenchError `contradiction`, `bad-rate`, `no-trace`, `bad-trace` (exit code 2)
 */
export function loadFromFlags(flags: LoadFlags): FlaggedLoad<OfferedLoad> {
  refuseMixedLoads(flags);
  return modelMeant(flags).fromFlags(flags);
}

/** Whether any flag says which load it is. */
export function namesLoad(flags: LoadFlags): boolean {
  return models.some((model) => flags[model.namedBy] !== undefined || model.claims?.(flags) === true);
}

/** Refuses what cannot go together, before any file is read. @throws MlbenchError `contradiction`, `bad-rate` */
export function refuseMixedLoads(flags: LoadFlags): void {
  const named = models.map(({ namedBy }) => namedBy).filter((flag) => flags[flag] !== undefined);
  if (named.length > 1) {
    const given = named.map((flag) => `--${flagNames[flag]} ${flags[flag]}`);
    throw contradiction(`${given.join(' and ')} are different loads`, 'keep one of them');
  }
  const model = modelMeant(flags);
  model.checkFlags?.(flags);
  refuse(flags, model.outOfPlace);
  if (flags.stages !== undefined) refuse(flags, besideStages);
}

/** By the flag that names a kind of load, or shapes one of its own: the flags that have no place beside it. */
export function outOfPlaceBeside(): { flag: LoadFlag; names: boolean; excludes: LoadFlag[] }[] {
  const beside = models.map(({ namedBy, outOfPlace }) => ({
    flag: namedBy,
    names: true,
    excludes: [
      ...models.map((other) => other.namedBy).filter((other) => other !== namedBy),
      ...outOfPlace.flags,
    ],
  }));
  const refusing = beside.filter(({ excludes }) => excludes.includes('stages')).map(({ flag }) => flag);
  return [...beside, { flag: 'stages', names: false, excludes: [...refusing, ...besideStages.flags] }];
}

/** Nobody but this file needs a model without a load. */
const models = loadModels as unknown as readonly LoadModel<OfferedLoad>[];

const besideStages: OutOfPlace = { flags: ['ramp', 'durationMs'], why: '--stages say it already' };

function modelMeant(flags: LoadFlags): LoadModel<OfferedLoad> {
  return (
    models.find(({ namedBy }) => flags[namedBy] !== undefined) ??
    models.find(({ claims }) => claims?.(flags) === true) ??
    models[0]!
  );
}

function refuse(flags: LoadFlags, { flags: excluded, why, remedy = 'leave it out' }: OutOfPlace): void {
  const given = excluded.find((flag) => flags[flag] !== undefined && flags[flag] !== false);
  if (given !== undefined) throw contradiction(`--${flagNames[given]} has no place here: ${why}`, remedy);
}

function contradiction(message: string, remedy: string): MlbenchError {
  return userError('contradiction', message, remedy);
}
