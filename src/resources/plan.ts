import { type Engine, refuseStrangers, scopeOf } from './engine.ts';
import type { LedgerResource } from './ledger.ts';
import type { Place } from './place.ts';
import type { Declared, ResourceKind } from './resource.ts';

/** What the next `up` would do to one resource. */
export interface PlannedResource {
  kind: string;
  name: string;
  action: 'create' | 'change' | 'keep' | 'remove';
  /** A phrase for each difference; empty but for `change`. */
  differences: string[];
}

/**
 * What `ensureAll` would do, found with describing calls alone: nothing is changed and nothing is recorded.
 * @param engine without clients (no stand-in runs): everything would be created
 * @throws MlbenchError `not-ours` as `ensureAll` does, and what the describing calls throw
 */
export async function planAll(
  declared: readonly Declared[],
  place: Place,
  engine: Engine,
): Promise<PlannedResource[]> {
  const states = new Map<Declared, unknown>();
  const planned: PlannedResource[] = [];
  for (const resource of inOrder(declared)) {
    const spec = resource.spec(resource.needs.map((need) => states.get(need)));
    const { kind } = resource;
    planned.push(await planOne(kind, spec, engine));
    states.set(resource, kind.foresee?.(spec, place));
  }
  return planned;
}

/** What is on record and not among those planned: `up` removes it once the rest is there. */
export function planRemovals(
  planned: readonly PlannedResource[],
  recorded: readonly LedgerResource[],
): PlannedResource[] {
  const isPlanned = (record: LedgerResource) =>
    planned.some(({ kind, name }) => kind === record.kind && name === record.name);
  return recorded
    .filter((record) => !isPlanned(record))
    .map(({ kind, name }) => ({ kind, name, action: 'remove', differences: [] }));
}

async function planOne(
  kind: ResourceKind<unknown, unknown>,
  spec: unknown,
  engine: Engine,
): Promise<PlannedResource> {
  const identifiers = kind.identify(spec);
  const subject = { kind: kind.kind, name: identifiers.name };
  if (!engine.clients) return { ...subject, action: 'create', differences: [] };
  const scope = scopeOf(engine, subject.kind, () => {});
  const recorded = engine.records.find(subject.kind, subject.name);
  const known = recorded ? { ...identifiers, ...recorded.identifiers } : identifiers;
  const found = await kind.describe(known, scope);
  if (!found) return { ...subject, action: 'create', differences: [] };
  if (!recorded) refuseStrangers(found, subject, engine);
  const differences = kind.differences?.(spec, found.state, recorded?.applied) ?? [];
  return { ...subject, action: differences.length > 0 ? 'change' : 'keep', differences };
}

/** Each after what it needs. */
function inOrder(declared: readonly Declared[]): Declared[] {
  const ordered = new Set<Declared>();
  const visit = (resource: Declared) => {
    if (ordered.has(resource)) return;
    resource.needs.forEach(visit);
    ordered.add(resource);
  };
  declared.forEach(visit);
  return [...ordered];
}
