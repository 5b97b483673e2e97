import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiFrontOptions, findApiFront, startApiFront, stopApiFront } from '../api/process.ts';
import type { BackgroundProcess } from '../core/background-files.ts';
import type { LocalContainers, StandInOptions } from '../localcloud/options.ts';
import { findStandIn, type StandIn, startStandIn, stopStandIn } from '../localcloud/process.ts';
import { type LedgerExperiment, openLedger } from '../resources/engine/ledger.ts';
import { backgroundKind } from '../resources/kinds/background.ts';
import type { CommandContext } from './context.ts';
import { localExperiments } from './experiments.ts';

/** The kinds of resources that are processes of this machine; the others die with the stand-in. */
export const processKinds = { standIn: 'stand-in', api: 'api' } as const;

/**
 * The stand-in as a resource: any that runs will do; the last experiment on one that `up` started stops it.
 * @param containers for one that must be started
 */
export function standInKind(context: CommandContext, containers: LocalContainers | null = null) {
  const { stateDir, clock, signal } = context;
  return backgroundKind<StandInOptions, StandIn>({
    kind: processKinds.standIn,
    control: {
      start: async (options) =>
        (await startStandIn(stateDir, options, { clock, signal, startedBy: 'up', containers })).standIn,
      async find() {
        const found = await findStandIn(stateDir);
        return found && { process: found, healthy: found.healthy };
      },
      stop: () => stopStandIn(stateDir, { clock }),
    },
    agrees: () => true,
    mayStop: (running) =>
      running.startedBy === 'up' &&
      localExperiments(openLedger(stateDir).read()).every((name) => name === context.experiment),
  });
}

export type ApiFront = BackgroundProcess<ApiFrontOptions>;

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
      (wanted.port === 0 || running.port === wanted.port),
    mayStop: () => true,
  });
}

/** The URL that callers of the experiment's API post to; null where there is none, or none that runs. */
export async function findApiUrl(
  context: CommandContext,
  experiment: LedgerExperiment,
): Promise<string | null> {
  if (experiment.target === 'aws') {
    return experiment.resources.find(({ kind }) => kind === 'http-api')?.identifiers['url'] ?? null;
  }
  const found = await findApiFront(apiHome(context));
  return found?.state === 'running' ? evaluateUrl(found.process) : null;
}

export function evaluateUrl(front: ApiFront): string {
  return `${front.url}/evaluate`;
}

/** One front an experiment; that of the default one is where everybody looks first. */
/** Ends the API fronts of all experiments of the state folder. */
export async function stopFronts({ stateDir, clock }: CommandContext): Promise<void> {
  for (const home of [stateDir, ...foldersIn(join(stateDir, 'experiments'))])
    await stopApiFront(home, { clock });
}

function foldersIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}

function apiHome({ stateDir, experiment }: CommandContext): string {
  return experiment === 'mlbench' ? stateDir : join(stateDir, 'experiments', experiment);
}
