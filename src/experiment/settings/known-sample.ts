import { type MlbenchError, userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import type { CommandContext } from '../context/context.ts';
import {
  keptSamplePath,
  ownSamplePath,
  readKeptSample,
  readOwnSample,
  type SampleRequest,
} from './sample-request.ts';
import type { UpSettings } from './up-settings.ts';

/**
 * The request that is sent to the experiment's model where nobody says another: the one beside the model as it is now,
 * else the one that `up` found in the archive or made from the model's inputs.
 * @throws MlbenchError `no-body`, saying why there is none; `body-unreadable` (exit code 2)
 */
export function readKnownSample(
  settings: UpSettings,
  context: Pick<CommandContext, 'stateDir' | 'experiment'>,
): SampleRequest {
  refuseOthers(settings);
  const { modelPath, sample } = settings;
  // Nobody but us keeps one for the sample model: whether it does for what serves it, `up` has decided.
  const isOwn = modelPath !== null || sample === null || sample.from === 'file';
  const own = isOwn ? ownSamplePath(modelPath) : null;
  if (own !== null) return { from: 'file', path: own, bytes: readOwnSample(own), problem: null };
  if (sample === null || sample.from === 'file') {
    const why = sample === null ? 'it was deployed before up made one' : 'the one beside it is gone';
    throw noBody(`no request for ${modelText(settings)} is known: ${why}`, upAgain());
  }
  if (sample.problem !== null) throw noSample(settings, sample.problem);
  const path = keptSamplePath(context);
  const bytes = readKeptSample(context, sample);
  if (bytes !== null) return { from: sample.from, path, bytes, problem: null };
  throw noBody(`the request for ${modelText(settings)} is not in ${path} any more`, upAgain());
}

/** @throws MlbenchError `no-body`: what is deployed is somebody else's, and what it takes is not known */
export function refuseOthers({ broughtVariant, modelDataUrl, endpointName }: UpSettings): void {
  if (broughtVariant !== null) throw unknownEndpoint(endpointName);
  if (modelDataUrl !== null)
    throw noBody(`nobody but you knows a valid request for the model ${modelDataUrl}`, passBody);
}

export function unknownEndpoint(endpointName: string): MlbenchError {
  return noBody(`nobody but you knows a valid request for the endpoint ${endpointName}`, passBody);
}

export function noSample(settings: Pick<UpSettings, 'modelPath'>, problem: string): MlbenchError {
  return noBody(
    `no request for ${modelText(settings)} is known: ${problem}`,
    `${passBody}, or keep one as sample-request.json beside the model and run ${ownCommand('up')}`,
  );
}

const passBody = 'pass --body @FILE';
const upAgain = () => `run ${ownCommand('up')} again, which makes one, or pass --body @FILE`;

function noBody(message: string, remedy: string): MlbenchError {
  return userError('no-body', message, remedy);
}

function modelText({ modelPath }: Pick<UpSettings, 'modelPath'>): string {
  return modelPath === null ? 'the sample model' : `the model ${modelPath}`;
}
