import { exitCodes, strongestExitCode } from '../../../core/exit-codes.ts';
import { experimentRecords } from '../../../resources/engine/records.ts';
import { type Removal, removeAll } from '../../../resources/engine/remove-all.ts';
import { cloudKinds } from '../../../resources/kinds/cloud-kinds.ts';
import { findOrphans } from '../../../resources/orphans/find-orphans.ts';
import type { Orphan } from '../../../resources/orphans/orphan.ts';
import type { CloudClients } from '../../../resources/sdk/clients.ts';
import type { Place } from '../../../resources/sdk/place.ts';
import { clientsOf, resourceEngineOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { OrphansOutcome } from '../../contract/outcomes.ts';
import type { OrphansRequest, Removed } from '../../contract/target.ts';
import { awsCloud } from './cloud.ts';
import { orphanRecordKeys, orphanRecords, recordedOnAws, recordOrphans } from './orphan-records.ts';

/**
 * Everything is put on record before the first call, so that a crash in the middle leaves a list to go on with.
 */
export function removeOrphans(
  { experiment, confirm }: OrphansRequest,
  context: CommandContext,
): Promise<OrphansOutcome> {
  const { signal, ledger: store } = context;
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    // Refused credentials are one error, not one a kind.
    const place = await clients.place();
    const { orphans, notSearched } = await search(experiment, place, clients, context);
    const found = [...orphans, ...unfinished(orphans, experiment, place, context)];
    if (found.length > 0) {
      await confirm(found);
      store.update((ledger) => recordOrphans(ledger, found, place, context));
    }
    const removal: Removed = { removed: [], left: [] };
    for (const key of orphanRecordKeys(store.read(), place, experiment)) {
      const { removed, left } = await removeRecorded(key, context, clients);
      removal.removed.push(...removed);
      removal.left.push(...left);
    }
    return {
      exitCode: strongestExitCode([
        removal.left.length > 0 ? exitCodes.leftover : exitCodes.ok,
        notSearched.length > 0 ? exitCodes.failed : exitCodes.ok,
        signal.aborted ? exitCodes.interrupted : exitCodes.ok,
      ]),
      found: found.map(({ identifiers: _, ...shown }) => shown),
      ...removal,
      notSearched,
    };
  });
}

async function search(
  experiment: string | null,
  place: Place,
  clients: CloudClients,
  { clock, signal, ledger, emit }: CommandContext,
): Promise<{ orphans: Orphan[]; notSearched: OrphansOutcome['notSearched'] }> {
  const recorded = recordedOnAws(ledger.read(), place);
  const notSearched: OrphansOutcome['notSearched'] = [];
  const orphans = await findOrphans({
    clients,
    clock,
    signal,
    experiment,
    isRecorded: (kind, name) => recorded.has(`${kind} ${name}`),
    onTrouble(what, error) {
      const reason = error instanceof Error ? error.message : String(error);
      emit({ type: 'notice', level: 'warning', message: troubleText(what, reason) });
      // The tag search only nominates: each kind is listed by its own service besides.
      if (what !== 'tags') notSearched.push({ what, reason });
    },
  });
  return { orphans, notSearched };
}

async function removeRecorded(
  { key, experiment }: { key: string; experiment: string },
  context: CommandContext,
  clients: CloudClients,
): Promise<Removal> {
  const store = context.ledger;
  const engine = {
    ...resourceEngineOf({ ...context, experiment }, clients),
    records: experimentRecords(store, key, context.clock),
  };
  const removal = await removeAll(cloudKinds, engine);
  if (removal.left.length === 0)
    store.note((ledger) => {
      delete ledger.experiments[key];
    });
  return removal;
}

/** What an earlier `--orphans` began to remove, and what was not found again: its absence is still to be proved. */
function unfinished(
  orphans: readonly Orphan[],
  experiment: string | null,
  place: Place,
  { ledger }: CommandContext,
): Orphan[] {
  return orphanRecords(ledger.read(), place, experiment).filter(
    (record) => !orphans.some(({ kind, name }) => kind === record.kind && name === record.name),
  );
}

function troubleText(what: string, reason: string): string {
  return what === 'tags'
    ? `the search by tag failed; each service is asked by name instead: ${reason}`
    : `kind ${what} could not be looked through: ${reason}`;
}
