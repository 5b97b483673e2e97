import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../core/exit-codes.ts';
import { clientsOf, withClients } from '../experiment/context/cloud.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { StatusOutcome } from '../experiment/contract/outcomes.ts';
import { expiryOf } from '../experiment/cost/expiry.ts';
import { isEndpoint } from '../experiment/endpoints/service-endpoint.ts';
import { describeService, nothingSeen } from '../experiment/endpoints/service-status.ts';
import { readExperiment } from '../experiment/settings/experiments.ts';
import { readUpSettings } from '../experiment/settings/up-settings.ts';
import { describeCapacity } from '../experiment/stack/emulated-capacity.ts';
import { targetOf } from '../experiment/targets/targets.ts';
import type { StandIn } from '../localcloud/process.ts';
import { type LedgerExperiment, openLedger } from '../resources/engine/ledger.ts';

/** What is on record, and what the cloud says of it now. Changes nothing. */
export async function status(context: CommandContext): Promise<StatusOutcome> {
  const target = targetOf(context);
  const experiment = readExperiment(context);
  const { reachable, standIn } = await target.find(context);
  const settings = experiment && readUpSettings(experiment.options, openLedger(context.stateDir).path);
  const endpointName = experiment?.resources.find(({ kind }) => isEndpoint(kind))?.name ?? null;
  const seen =
    endpointName !== null && reachable
      ? await withClients(clientsOf(context, standIn), async (clients) => {
          await target.resolveAccount(context, clients);
          return describeService(clients, endpointName, settings?.broughtVariant ?? null);
        })
      : nothingSeen;
  if (experiment?.resources.length && !reachable) warnOfDeadStandIn(context, standIn);
  return {
    exitCode: exitCodes.ok,
    experiment: context.experiment,
    target: context.target,
    up: seen.endpointStatus !== null,
    endpointName,
    ...seen,
    variants: seen.variants.map((variant) => ({
      ...variant,
      instanceType: variant.instanceType || (settings?.instanceType ?? ''),
    })),
    apiUrl: experiment ? await target.findApiUrl(context, experiment) : null,
    standIn: standIn && standInOutcome(standIn),
    emulatedCapacity:
      standIn && settings ? describeCapacity(standIn.options.capacity, settings.instanceType) : null,
    expiry: expiryOf(settings ?? null, context.clock.nowMs()),
    resources: recordsOf(experiment),
    runs: runsIn(context.stateDir),
  };
}

function standInOutcome({ url, pid, options, healthy }: StandIn): StatusOutcome['standIn'] {
  return { url, pid, timeScale: options.timeScale, healthy };
}

function warnOfDeadStandIn(context: CommandContext, standIn: StandIn | null): void {
  context.emit({
    type: 'notice',
    level: 'warning',
    message: standIn
      ? `the stand-in (pid ${standIn.pid}) does not answer`
      : 'the stand-in does not run any more: what the experiment had in it died with it',
    remedy: 'mlbench up starts it anew, mlbench down clears up',
  });
}

function recordsOf(experiment: LedgerExperiment | undefined): StatusOutcome['resources'] {
  return (experiment?.resources ?? []).map(({ kind, name, state }) => ({ kind, name, state }));
}

/** Newest first. */
function runsIn(stateDir: string): string[] {
  try {
    return readdirSync(join(stateDir, 'runs')).sort().reverse();
  } catch {
    return [];
  }
}
