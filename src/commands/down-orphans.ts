import { type ExitCode, exitCodes, strongestExitCode } from '../core/exit-codes.ts';
import { openLedger } from '../resources/engine/ledger.ts';
import { withLock } from '../resources/engine/lock.ts';
import { experimentRecords } from '../resources/engine/records.ts';
import { type Removal, removeAll } from '../resources/engine/remove-all.ts';
import { cloudKinds } from '../resources/kinds/cloud-kinds.ts';
import { findOrphans } from '../resources/orphans/find-orphans.ts';
import type { Orphan } from '../resources/orphans/orphan.ts';
import type { CloudClients } from '../resources/sdk/clients.ts';
import type { Place } from '../resources/sdk/place.ts';
import type { CommandContext } from './context.ts';
import { stopStray } from './down.ts';
import { clientsOf, engineOf } from './engine-context.ts';
import { orphanRecordKeys, orphanRecords, recordedOnAws, recordOrphans } from './orphan-records.ts';

export interface OrphansOutcome {
  exitCode: ExitCode;
  found: Omit<Orphan, 'identifiers'>[];
  removed: { kind: string; name: string }[];
  left: { kind: string; name: string; reason: string }[];
  /** What could not be looked through: orphans may be left there. */
  notSearched: { what: string; reason: string }[];
}

/**
 * Finds what a lost ledger left and removes it, last made first. Everything is put on record before the first call, so
 * that a crash in the middle leaves a list to go on with. On the stand-in: stops one that no experiment uses any more.
 *
 * @param experiment null: those of all experiments
 * @param confirm is shown what was found; throws to leave it be
 */
export async function downOrphans(
  experiment: string | null,
  context: CommandContext,
  confirm: (found: readonly Orphan[]) => Promise<void>,
): Promise<OrphansOutcome> {
  return withLock(context.stateDir, 'down --orphans', context.clock, async () => {
    if (context.target === 'local') return await stopStrayStandIn(context);
    const clients = clientsOf(context, null);
    try {
      return await removeFromAws(experiment, context, clients, confirm);
    } finally {
      clients.close();
    }
  });
}

async function stopStrayStandIn(context: CommandContext): Promise<OrphansOutcome> {
  const stopped = await stopStray(context);
  const removed = stopped === undefined ? [] : [{ kind: 'stand-in', name: `pid ${stopped}` }];
  return { exitCode: exitCodes.ok, found: [], removed, left: [], notSearched: [] };
}

async function removeFromAws(
  experiment: string | null,
  context: CommandContext,
  clients: CloudClients,
  confirm: (found: readonly Orphan[]) => Promise<void>,
): Promise<OrphansOutcome> {
  const { clock, signal, stateDir } = context;
  const store = openLedger(stateDir);
  // Refused credentials are one error, not one a kind.
  const place = await clients.place();
  const recorded = recordedOnAws(store.read(), place);
  const notSearched: OrphansOutcome['notSearched'] = [];
  const orphans = await findOrphans({
    clients,
    clock,
    signal,
    experiment,
    isRecorded: (kind, name) => recorded.has(`${kind} ${name}`),
    onTrouble(what, error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.emit({ type: 'notice', level: 'warning', message: troubleText(what, reason) });
      // The tag search only nominates: each kind is listed by its own service besides.
      if (what !== 'tags') notSearched.push({ what, reason });
    },
  });
  const found = [...orphans, ...unfinished(orphans, experiment, place, context)];
  const removal: Pick<Removal, 'removed' | 'left'> = { removed: [], left: [] };
  if (found.length > 0) {
    await confirm(found);
    store.update((ledger) => recordOrphans(ledger, found, place, context));
  }
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
}

async function removeRecorded(
  { key, experiment }: { key: string; experiment: string },
  context: CommandContext,
  clients: CloudClients,
): Promise<Removal> {
  const store = openLedger(context.stateDir);
  const engine = {
    ...engineOf({ ...context, experiment }, clients),
    records: experimentRecords(store, key, context.clock),
  };
  const removal = await removeAll(cloudKinds, engine);
  if (removal.left.length === 0)
    store.update((ledger) => {
      delete ledger.experiments[key];
    });
  return removal;
}

/** What an earlier `--orphans` began to remove, and what was not found again: its absence is still to be proved. */
function unfinished(
  orphans: readonly Orphan[],
  experiment: string | null,
  place: Place,
  { stateDir }: CommandContext,
): Orphan[] {
  return orphanRecords(openLedger(stateDir).read(), place, experiment).filter(
    (record) => !orphans.some(({ kind, name }) => kind === record.kind && name === record.name),
  );
}

function troubleText(what: string, reason: string): string {
  return what === 'tags'
    ? `the search by tag failed; each service is asked by name instead: ${reason}`
    : `kind ${what} could not be looked through: ${reason}`;
}
