import { type ResourceEngine, refuseStrangers, reporterOf } from './engine.ts';
import type { Declared, Ensured, ResourceKind } from './resource.ts';

export interface EnsuredResource<State = unknown> {
  kind: string;
  name: string;
  outcome: Ensured<State>['outcome'];
  state: State;
}

/**
 * Ensures every declared resource, each as soon as the resources that it needs are there; independent resources go side
 * by side. Every resource that has begun ends before this returns or throws. What was made stays on record for the next
 * `up` or `down`.
 * @throws the first failure
 */
export async function ensureAll(
  declared: readonly Declared[],
  engine: ResourceEngine,
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
  engine: ResourceEngine,
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
