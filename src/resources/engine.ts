import type { Clock } from '../core/clock.ts';
import { MlbenchError, userError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { CloudClients } from './clients.ts';
import type { ResourceEvent } from './events.ts';
import type { LedgerResource } from './ledger.ts';
import type { ResourceRecords } from './records.ts';
import type { Declared, Ensured, Identifiers, Observed, ResourceKind, Scope } from './resource.ts';
import { lookUntil } from './settled-look.ts';

export interface Engine {
  records: ResourceRecords;
  /** Null before there is a cloud to talk to: for the processes of this machine. */
  clients: CloudClients | null;
  clock: Clock;
  signal: AbortSignal;
  experiment: string;
  emit: Emit<ResourceEvent>;
}

export interface EnsuredResource<State = unknown> {
  kind: string;
  name: string;
  outcome: Ensured<State>['outcome'];
  state: State;
}

/**
 * Ensures every declared resource: each as soon as what it needs is there, so that independent ones go side by side.
 * All that have begun end before this returns or throws; what was made stays on record for the next `up` or `down`.
 * @throws the first failure
 */
export async function ensureAll(
  declared: readonly Declared[],
  engine: Engine,
): Promise<Map<Declared, EnsuredResource>> {
  const dependents = dependentKinds(declared);
  const begun = new Map<Declared, Promise<EnsuredResource>>();
  const failures: unknown[] = [];
  const begin = (resource: Declared): Promise<EnsuredResource> => {
    const known = begun.get(resource);
    if (known) return known;
    const ensured = (async () => {
      const needed = await Promise.all(resource.needs.map(begin));
      if (failures.length > 0) throw failures[0];
      const spec = resource.spec(needed.map((need) => need.state));
      try {
        return await ensureOne(resource.kind, spec, dependents.get(resource.kind.kind) ?? new Set(), engine);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    })();
    begun.set(resource, ensured);
    return ensured;
  };
  await Promise.allSettled(declared.map(begin));
  if (failures.length > 0) throw failures[0];
  const results = new Map<Declared, EnsuredResource>();
  for (const resource of declared) results.set(resource, await begin(resource));
  return results;
}

/** The state that `ensureAll` found or made. */
export function stateOf<State>(results: Map<Declared, EnsuredResource>, resource: Declared<State>): State {
  return results.get(resource as Declared)?.state as State;
}

async function ensureOne(
  kind: ResourceKind<unknown, unknown>,
  spec: unknown,
  dependents: ReadonlySet<string>,
  engine: Engine,
): Promise<EnsuredResource> {
  const identifiers = kind.identify(spec);
  const name = identifiers.name;
  const { report, scope } = reporterOf(engine, 'ensure', kind.kind, name);
  try {
    engine.signal.throwIfAborted();
    report.started();
    const recorded = engine.records.find(kind.kind, name);
    // A stranger's resource must never get onto the record: `down` would remove it.
    refuseStrangers(
      await kind.describe({ ...identifiers, ...recorded?.identifiers }, scope),
      { kind: kind.kind, name, recorded: recorded !== undefined },
      engine,
    );
    engine.records.intend(kind.kind, identifiers, dependents);
    const ensured = await kind.ensure(spec, scope, recorded?.applied);
    engine.records.present(kind.kind, name, { learnt: ensured.learnt, applied: kind.remember?.(spec) });
    report.done(ensured.outcome);
    return { kind: kind.kind, name, outcome: ensured.outcome, state: ensured.state };
  } catch (error) {
    report.failed(error);
    throw error;
  }
}

/**
 * Somebody else may have made it even though it is on record: between our intent and an `up` that resumes.
 * An account is shared: what carries the experiment's tag there but is not on this ledger may be a colleague's experiment
 * of the same name. The stand-in is this state directory's own.
 * @throws MlbenchError `not-ours`, `not-on-record`
 */
export function refuseStrangers(
  found: Observed<unknown> | undefined,
  { kind, name, recorded }: { kind: string; name: string; recorded: boolean },
  { experiment, clients }: Pick<Engine, 'experiment' | 'clients'>,
): void {
  if (!found || found.owner === undefined) return;
  if (found.owner !== experiment) {
    const owner = found.owner === null ? 'something else' : `the experiment "${found.owner}"`;
    throw userError(
      'not-ours',
      `${kind} "${name}" exists already and belongs to ${owner}, not to the experiment "${experiment}"`,
      'choose another --name or --endpoint-name, or remove it first',
    );
  }
  if (recorded || !clients?.traits.shared) return;
  throw userError(
    'not-on-record',
    `${kind} "${name}" exists already and is tagged with the experiment "${experiment}", but this state directory has no record of it`,
    "it is a colleague's (choose another --name), or its ledger was lost (mlbench down --orphans removes it)",
  );
}

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
  engine: Engine,
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
        !(await lookUntil(isGone, Boolean, shownWithinMs(engine), scope, 'deleted, still to be seen'))
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

function shownWithinMs({ clients }: Engine): number {
  return clients?.traits.shownWithinMs ?? 0;
}

/** How long something may be there unseen: the `up` that intended it was killed, perhaps right after it made it. */
function unseenForMs({ state, createdAt }: LedgerResource, engine: Engine): number {
  if (state !== 'intended') return 0;
  const ageMs = engine.clock.nowMs() - Date.parse(createdAt);
  return Math.max(0, shownWithinMs(engine) - Math.max(0, ageMs));
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
    remedy: 'run mlbench down again',
    source: 'cloud',
  });
}

/** Which kinds need a kind, directly or by way of others. */
function dependentKinds(declared: readonly Declared[]): Map<string, ReadonlySet<string>> {
  const result = new Map<string, Set<string>>();
  const visit = (resource: Declared, above: readonly string[]) => {
    const known = result.get(resource.kind.kind) ?? new Set<string>();
    for (const kind of above) known.add(kind);
    result.set(resource.kind.kind, known);
    for (const need of resource.needs) visit(need, [...above, resource.kind.kind]);
  };
  for (const resource of declared) visit(resource, []);
  return result;
}

export function scopeOf(engine: Engine, kind: string, waiting: Scope['waiting']): Scope {
  return {
    get clients() {
      if (!engine.clients) throw new Error(`${kind} needs a cloud, and there is none yet`);
      return engine.clients;
    },
    clock: engine.clock,
    signal: engine.signal,
    experiment: engine.experiment,
    waiting,
  };
}

function reporterOf(engine: Engine, verb: 'ensure' | 'remove', kind: string, name: string) {
  const startedMs = engine.clock.monotonicMs();
  const elapsedMs = () => engine.clock.monotonicMs() - startedMs;
  const subject = { verb, kind, name };
  const scope = scopeOf(engine, kind, (state) =>
    engine.emit({ type: 'resource-waiting', ...subject, state, elapsedMs: elapsedMs() }),
  );
  const report = {
    started: () => engine.emit({ type: 'resource-started', ...subject }),
    done: (outcome: Ensured<unknown>['outcome'] | 'removed' | 'absent' | 'kept') =>
      engine.emit({ type: 'resource-done', ...subject, outcome, elapsedMs: elapsedMs() }),
    failed: (error: unknown) =>
      engine.emit({
        type: 'resource-failed',
        ...subject,
        message: reasonOf(error),
        remedy: error instanceof MlbenchError ? error.remedy : '',
      }),
  };
  return { report, scope };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
