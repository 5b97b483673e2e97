import type { StandInOptions } from '../../../localcloud/options.ts';
import { roleName } from '../../../resources/kinds/iam-role/iam-role.ts';
import { namesFor } from '../../../resources/kinds/kind/names.ts';
import type { Place } from '../../../resources/sdk/place.ts';
import type { CommandContext } from '../../context/context.ts';
import type { UpSettings } from '../../settings/up-settings.ts';
import type { Provided } from '../../stack/stack-spec.ts';
import { foreignImageOf } from '../../stack/take-model.ts';

/** @param containerImage the serving image in the container engine; null: instances are processes */
export function providedByStandIn(
  settings: UpSettings,
  { partition, accountId, region }: Place,
  containerImage: string | null,
  { experiment }: Pick<CommandContext, 'experiment'>,
): Provided {
  const role = roleName(namesFor(experiment), 'execution', region);
  return {
    // With plain processes, the stand-in runs its own serving program whatever the image is called; it checks no role.
    image: () => ({ uri: settings.image ?? containerImage ?? 'mlbench-serving:latest' }),
    executionRoleArn: settings.roleArn ?? `arn:${partition}:iam::${accountId}:role/${role}`,
    logRetentionDays: null,
    // A process of this machine serves it: `api-front.ts`.
    api: null,
  };
}

/** The image of somebody else that answers; null: plain processes run our serving program whatever the image is called. */
export function answeringImage(settings: UpSettings, { runtime }: StandInOptions): string | null {
  return runtime === 'process' ? null : foreignImageOf(settings);
}
