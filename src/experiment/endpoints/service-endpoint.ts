import { userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { broughtEndpointKind } from '../../resources/kinds/brought-endpoint.ts';
import { endpointKind } from '../../resources/kinds/endpoint/endpoint.ts';
import type { CommandContext } from '../context/context.ts';
import type { Cloud } from '../contract/cloud.ts';
import { readExperiment } from '../settings/experiments.ts';
import { readUpSettings, type UpSettings } from '../settings/up-settings.ts';
import { targetOf } from '../targets/targets.ts';

/** Where requests go: an endpoint, and the experiment that it belongs to, if it is one of ours. */
export interface ServiceEndpoint {
  endpointName: string;
  cloud: Cloud;
  settings: UpSettings | null;
  /** `/evaluate`; null where the experiment has no API. */
  apiUrl: string | null;
}

/**
 * The experiment's endpoint, or the one named.
 * @throws MlbenchError `not-up`, `stand-in-gone`, `no-stand-in` (exit code 2)
 */
export async function findServiceEndpoint(
  endpointName: string | undefined,
  context: CommandContext,
): Promise<ServiceEndpoint> {
  const target = targetOf(context);
  const { cloud, trouble } = await target.find(context);
  if (endpointName !== undefined) {
    if (!trouble) return { endpointName, cloud, settings: null, apiUrl: null };
    throw userError(
      'no-stand-in',
      `--endpoint-name ${endpointName}: no stand-in runs in ${context.stateDir}`,
      `start one with ${ownCommand('up')} or ${ownCommand('local start')}, or pass its --state-dir`,
    );
  }
  const experiment = readExperiment(context);
  const made = experiment?.resources.find(({ kind, state }) => isEndpoint(kind) && state === 'present');
  if (!experiment || !made) {
    throw userError(
      'not-up',
      `the experiment "${context.experiment}" is not up`,
      `run ${ownCommand('up', context)} first`,
    );
  }
  if (trouble) {
    throw userError(
      'stand-in-gone',
      `the stand-in of the experiment "${context.experiment}" does not run any more, and its endpoint ended with it`,
      `run ${ownCommand('up', context)} to start anew`,
    );
  }
  const settings = readUpSettings(experiment.options, context.ledger.path);
  return { endpointName: made.name, cloud, settings, apiUrl: await target.findApiUrl(context, experiment) };
}

/** The experiment's own endpoint, or one that was brought. */
export function isEndpoint(kind: string): boolean {
  return kind === endpointKind.kind || kind === broughtEndpointKind.kind;
}

/** The API's URL, where it is asked for. */
export function requireApiUrl({ apiUrl }: ServiceEndpoint, context: CommandContext): string {
  if (apiUrl) return apiUrl;
  throw userError(
    'no-api',
    `--via api: the experiment "${context.experiment}" has no REST API that runs`,
    `run ${ownCommand('up', context)} without --no-api`,
  );
}
