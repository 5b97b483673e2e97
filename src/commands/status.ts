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
import { targetOf } from '../experiment/targets/targets.ts';
import type { LedgerExperiment } from '../resources/engine/ledger.ts';

/** What is on record, and what the cloud says of it now. Changes nothing. */
export async function status(context: CommandContext): Promise<StatusOutcome> {
  const target = targetOf(context);
  const experiment = readExperiment(context);
  const { cloud, trouble, process } = await target.find(context);
  const settings = experiment && readUpSettings(experiment.options, context.ledger.path);
  const endpointName = experiment?.resources.find(({ kind }) => isEndpoint(kind))?.name ?? null;
  const seen =
    endpointName !== null && !trouble
      ? await withClients(clientsOf(context, cloud), async (clients) => {
          await target.resolveAccount(context, clients);
          return describeService(clients, endpointName, settings?.broughtVariant ?? null);
        })
      : nothingSeen;
  if (experiment?.resources.length && trouble) {
    context.emit({ type: 'notice', level: 'warning', ...trouble });
  }
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
    standIn: process,
    emulatedCapacity: (settings && cloud?.describeCapacity(settings.instanceType)) ?? null,
    expiry: expiryOf(settings ?? null, context.clock.nowMs()),
    resources: recordsOf(experiment),
    runs: runsIn(context.stateDir),
  };
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
