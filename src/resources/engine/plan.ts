import type { Place } from '../sdk/place.ts';
import { type ResourceEngine, refuseStrangers, scopeOf } from './engine.ts';
import type { LedgerResource } from './ledger.ts';
import type { Declared, Observed, ResourceKind } from './resource.ts';

/** What the next `up` would do to one resource. */
export interface PlannedResource {
  kind: string;
  name: string;
  action: 'create' | 'change' | 'keep' | 'remove';
  /** A phrase for each difference; empty but for `change`. */
  differences: string[];
  /** What a person may want to read before it is made: the policies of a role. */
  document?: object;
}

/**
 * What `ensureAll` would do. Only describing calls are made: nothing is changed, and nothing is recorded. A resource
 * that is not there yet is taken to have the state that its kind foresees.
 * @param engine without clients (no stand-in runs): whatever lives in the cloud would be created
 * @throws MlbenchError `not-ours` as `ensureAll` does, and what the describing calls throw
 */
export async function planAll(
  declared: readonly Declared[],
  place: Place,
  engine: ResourceEngine,
): Promise<PlannedResource[]> {
  const states = new Map<Declared, unknown>();
  const planned: PlannedResource[] = [];
  for (const resource of inOrder(declared)) {
    const { kind } = resource;
    const spec = resource.spec(resource.needs.map((need) => states.get(need)));
    const { found, ...plan } = await planOne(kind, spec, engine);
    const document = kind.document?.(spec);
    planned.push({ ...plan, ...(document && { document }) });
    states.set(
      resource,
      found && plan.action === 'keep' ? found.state : kind.foresee?.(spec, place, found?.state),
    );
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
    .toReversed()
    .map(({ kind, name }) => ({ kind, name, action: 'remove', differences: [] }));
}

interface Plan extends PlannedResource {
  found: Observed<unknown> | undefined;
}

async function planOne(
  kind: ResourceKind<unknown, unknown>,
  spec: unknown,
  engine: ResourceEngine,
): Promise<Plan> {
  const identifiers = kind.identify(spec);
  const subject = { kind: kind.kind, name: identifiers.name };
  const recorded = engine.records.find(subject.kind, subject.name);
  const known = recorded ? { ...identifiers, ...recorded.identifiers } : identifiers;
  const scope = scopeOf(engine, subject.kind, () => {});
  const found = engine.clients || kind.onThisMachine ? await kind.describe(known, scope) : undefined;
  if (!found) return { ...subject, action: 'create', differences: [], found };
  refuseStrangers(found, { ...subject, recorded: recorded !== undefined }, engine);
  const differences = kind.differences?.(spec, found.state, recorded?.applied) ?? [];
  return { ...subject, action: differences.length > 0 ? 'change' : 'keep', differences, found };
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
