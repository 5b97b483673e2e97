import { MlbenchError, userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { lookUntil } from '../consistency/wait.ts';
import { type ResourceEngine, reasonOf, reporterOf } from './engine.ts';
import type { LedgerResource } from './ledger.ts';
import type { Identifiers, ResourceKind, Scope } from './resource.ts';

export interface Removal {
  removed: { kind: string; name: string }[];
  /** Left alone on purpose, and no longer on record. */
  kept: { kind: string; name: string }[];
  left: Leftover[];
}

interface Leftover {
  kind: string;
  name: string;
  reason: string;
  /** What to do about it, if that is known. */
  remedy?: string;
}

/**
 * Removes what is on record, last made first, goes on past failures, and believes that something is gone only when its
 * own describe says so. What is left stays on record.
 * @param wanted which records to remove; all of them unless given
 */
export async function removeAll(
  kinds: readonly ResourceKind<never, unknown>[],
  engine: ResourceEngine,
  wanted: (record: { kind: string; name: string }) => boolean = () => true,
): Promise<Removal> {
  const removal: Removal = { removed: [], kept: [], left: [] };
  for (const record of engine.records.list().toReversed()) {
    if (!wanted(record)) continue;
    const { kind: kindName, name } = record;
    if (engine.signal.aborted) {
      removal.left.push({ kind: kindName, name, reason: 'not reached: interrupted' });
      continue;
    }
    const { report, scope } = reporterOf(engine, 'remove', kindName, name);
    try {
      report.started();
      const kind = kinds.find((known) => known.kind === kindName);
      if (!kind) throw unknownKind(kindName);
      const look = () => kind.describe(record.identifiers, scope);
      const found = await lookUntil(
        look,
        Boolean,
        unseenForMs(record, engine),
        scope,
        'perhaps not to be seen yet',
      );
      if (!found) {
        engine.records.forget(kindName, name);
        report.done('absent');
        removal.removed.push({ kind: kindName, name });
        continue;
      }
      const stranger = found.owner !== undefined && found.owner !== engine.experiment;
      if (!stranger) engine.records.removing(kindName, name);
      const outcome = stranger ? 'kept' : await removeUnlessGone(kind, record.identifiers, scope);
      const isGone = async () => (await look()) === undefined;
      if (
        outcome === 'removed' &&
        !(await lookUntil(isGone, Boolean, shownInMs(engine), scope, 'deleted, still to be seen'))
      )
        throw stillThere(kindName, name);
      engine.records.forget(kindName, name);
      report.done(outcome);
      removal[outcome].push({ kind: kindName, name });
    } catch (error) {
      report.failed(error);
      const remedy = error instanceof MlbenchError ? { remedy: error.remedy } : {};
      removal.left.push({ kind: kindName, name, reason: reasonOf(error), ...remedy });
    }
  }
  return removal;
}

/** The stand-in shows everything at once. */
function shownInMs({ clients }: ResourceEngine): number {
  return clients?.traits.shownWithinMs ?? 0;
}

/** How long something may be there unseen: the `up` that intended it was killed, perhaps right after it made it. */
function unseenForMs({ state, createdAt }: LedgerResource, engine: ResourceEngine): number {
  if (state !== 'intended') return 0;
  const ageMs = engine.clock.nowMs() - Date.parse(createdAt);
  return Math.max(0, shownInMs(engine) - Math.max(0, ageMs));
}

/** A call that was cut off may have removed it: tried again, it fails on what is no longer there. */
async function removeUnlessGone(
  kind: ResourceKind<never, unknown>,
  identifiers: Identifiers,
  scope: Scope,
): Promise<'removed' | 'kept'> {
  try {
    return await kind.remove(identifiers, scope);
  } catch (error) {
    const found = await kind.describe(identifiers, scope).catch(() => 'unknown');
    if (found) throw error;
    return 'removed';
  }
}

function unknownKind(kind: string): MlbenchError {
  return userError(
    'unknown-kind',
    `the ledger names a ${kind}, which this mlbench does not know`,
    'use the version of mlbench that made it',
  );
}

function stillThere(kind: string, name: string): MlbenchError {
  return new MlbenchError({
    code: 'still-there',
    message: `${kind} "${name}" was deleted but is still there`,
    remedy: `run ${ownCommand('down')} again`,
    source: 'cloud',
  });
}
