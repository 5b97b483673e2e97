import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ApiFrontOptions, findApiFront, startApiFront, stopApiFront } from '../../../api/process.ts';
import type { BackgroundProcess } from '../../../core/background/background-files.ts';
import { fileInside } from '../../../core/files/file-name.ts';
import { declare } from '../../../resources/engine/resource.ts';
import { backgroundKind } from '../../../resources/kinds/background.ts';
import type { CommandContext } from '../../context/context.ts';
import type { UpSettings } from '../../settings/up-settings.ts';
import type { Site } from '../../stack/ensure-experiment.ts';
import { processKinds } from './dead-cloud.ts';

type ApiFront = BackgroundProcess<ApiFrontOptions>;

export function apiKind(context: CommandContext) {
  const { clock, signal } = context;
  const home = apiHome(context);
  return backgroundKind<ApiFrontOptions, ApiFront>({
    kind: processKinds.api,
    control: {
      start: async (options) => (await startApiFront(home, options, { clock, signal })).process,
      async find() {
        const found = await findApiFront(home);
        return found && { process: found.process, healthy: found.state === 'running' };
      },
      stop: () => stopApiFront(home, { clock }),
    },
    agrees: ({ options: running }, wanted) =>
      running.endpointName === wanted.endpointName &&
      running.runtimeUrl === wanted.runtimeUrl &&
      running.region === wanted.region &&
      isDeepStrictEqual([running.origins, running.hosts], [wanted.origins, wanted.hosts]) &&
      (wanted.port === 0 || running.port === wanted.port),
    mayStop: () => true,
  });
}

/** The process that serves the experiment's REST API, called as the stand-in is; null where none is wanted. */
export function frontOf(
  { api }: Pick<UpSettings, 'api'>,
  { runtimeUrl, hosts }: Pick<ApiFrontOptions, 'runtimeUrl' | 'hosts'>,
  context: CommandContext,
): Site['front'] {
  if (!api) return null;
  const { region } = context;
  return {
    declare: ({ names: { endpoint } }) =>
      declare(apiKind(context), {}, () => ({
        name: endpoint,
        options: {
          endpointName: endpoint,
          runtimeUrl,
          region,
          port: api.port,
          origins: api.origins,
          hosts,
          startedBy: 'up',
        },
      })),
    evaluateUrl,
  };
}

/** Null where no front runs. */
export async function findFrontUrl(context: CommandContext): Promise<string | null> {
  const found = await findApiFront(apiHome(context));
  return found?.state === 'running' ? evaluateUrl(found.process) : null;
}

/** Null where no front of the experiment runs. */
export async function findFrontPort(context: CommandContext): Promise<number | null> {
  const found = await findApiFront(apiHome(context));
  return found?.state === 'running' ? found.process.port : null;
}

function evaluateUrl(front: { url: string }): string {
  return `${front.url}/evaluate`;
}

/** Ends the API fronts of all experiments of the state folder. */
export async function stopFronts({ stateDir, clock }: CommandContext): Promise<void> {
  for (const home of [stateDir, ...foldersIn(join(stateDir, 'experiments'))])
    await stopApiFront(home, { clock });
}

function foldersIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}

/** One front an experiment; that of the default one is where everybody looks first. */
function apiHome({ stateDir, experiment }: CommandContext): string {
  return experiment === 'mlbench' ? stateDir : fileInside(join(stateDir, 'experiments'), experiment);
}
