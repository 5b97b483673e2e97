import { userError } from '../../core/errors.ts';
import type { Ledger, LedgerExperiment } from '../../resources/engine/ledger.ts';
import type { LedgerStore } from '../../resources/engine/ledger-store.ts';
import type { TargetName } from '../../resources/engine/target-names.ts';
import { checkExperimentName } from '../../resources/kinds/kind/names.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import type { CommandContext } from '../context/context.ts';
import { forgetSample } from './sample-request.ts';
import type { UpSettings } from './up-settings.ts';

/** What the ledger knows of an experiment: the defaults of `--target` and `--region` for every verb. */
export interface KnownExperiment {
  target: TargetName;
  region: string;
}

/**
 * @returns undefined where no experiment of that name is up.
 * @throws MlbenchError `ledger-unreadable`, `ledger-version` (exit code 2)
 */
export function findExperiment(ledger: LedgerStore, name: string): KnownExperiment | undefined {
  const { experiments } = ledger.read();
  return Object.hasOwn(experiments, name) ? experiments[name] : undefined;
}

/**
 * What the ledger has of the experiment at hand, checked to be where the command is told to work.
 * @returns undefined where nothing of that name is up
 * @throws MlbenchError `bad-name`, `other-target`, `other-region` (exit code 2)
 */
export function readExperiment(context: CommandContext): LedgerExperiment | undefined {
  const { experiment: name, target, region } = context;
  checkExperimentName(name);
  const experiment = context.ledger.read().experiments[name];
  if (experiment && experiment.target !== target) {
    throw userError(
      'other-target',
      `the experiment "${name}" is up on --target ${experiment.target}, not on ${target}`,
      `pass --target ${experiment.target}, or another --name`,
    );
  }
  if (experiment && experiment.region !== region) {
    throw userError(
      'other-region',
      `the experiment "${name}" is up in --region ${experiment.region}, not in ${region}`,
      `pass --region ${experiment.region}, or another --name`,
    );
  }
  return experiment;
}

/**
 * The account that the credentials belong to, checked to be the one that the experiment is up in: seen from another,
 * everything of it looks gone.
 * @throws MlbenchError `other-account` (exit code 2)
 */
export async function resolveAccount(context: CommandContext, clients: CloudClients): Promise<string> {
  const { accountId } = await clients.place();
  const known = readExperiment(context)?.accountId;
  if (known === undefined || known === accountId) return accountId;
  throw userError(
    'other-account',
    `the experiment "${context.experiment}" is up in the account ${known}, and these credentials are of ${accountId}`,
    `pass a --profile of ${known}, or another --name`,
  );
}

/** Experiments of that target of which something is on record. */
export function experimentsOn(target: TargetName, ledger: Ledger): string[] {
  return Object.entries(ledger.experiments)
    .filter(([, experiment]) => experiment.target === target && experiment.resources.length > 0)
    .map(([name]) => name);
}

/**
 * From here on `down` knows of the experiment, whatever happens.
 * @param accountId where there are accounts
 */
export function recordExperiment(settings: UpSettings, context: CommandContext, accountId?: string): void {
  context.ledger.update((ledger) => putExperiment(ledger, settings, context, accountId));
}

/**
 * What was recorded is no longer so: nothing was made, or nothing is left.
 * @param settings those of the experiment before; null: nobody is to know of it any more
 */
export function unrecordExperiment(
  settings: UpSettings | null,
  context: CommandContext,
  accountId?: string,
): void {
  if (!settings) forgetSample(context);
  context.ledger.note((ledger) => {
    if (settings) putExperiment(ledger, settings, context, accountId);
    else delete ledger.experiments[context.experiment];
  });
}

function putExperiment(
  ledger: Ledger,
  settings: UpSettings,
  { experiment: name, target, region, clock }: CommandContext,
  accountId: string | undefined,
): void {
  const experiment = ledger.experiments[name];
  ledger.experiments[name] = {
    target,
    region,
    ...(accountId === undefined ? {} : { accountId }),
    createdAt: experiment?.createdAt ?? new Date(clock.nowMs()).toISOString(),
    options: settings,
    resources: experiment?.resources ?? [],
  };
}
