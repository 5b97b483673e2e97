import { readLambdaBundle } from '../../../resources/kinds/lambda-function/lambda-bundle.ts';
import type { CommandContext } from '../../context/context.ts';
import type { UpSettings } from '../../settings/up-settings.ts';
import type { Provided } from '../../stack/stack-spec.ts';
import { servingImageSource } from './image-source.ts';

/** Of the log groups; what a run said is rarely asked for later. */
const logRetentionDays = 14;

export function providedOnAws(
  settings: UpSettings,
  { stateDir }: Pick<CommandContext, 'stateDir'>,
): Provided {
  return {
    image: () =>
      settings.image === null
        ? { source: servingImageSource(settings, { stateDir, environment: process.env }) }
        : { uri: settings.image },
    executionRoleArn: settings.roleArn,
    logRetentionDays,
    api: settings.api && {
      bundle: readLambdaBundle(),
      throttleRps: settings.api.throttleRps,
      logRetentionDays,
    },
  };
}
