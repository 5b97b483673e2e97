import type { Clock } from '../../core/clock.ts';
import type { Ledger, LedgerExperiment, LedgerResource } from './ledger.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { Identifiers, Remembered } from './resource.ts';

/**
 * One experiment's part of the ledger, as the resource engine writes it. Every method is one atomic write. Only
 * `intend` throws where it cannot be written: what has happened is true, written or not, and must block nothing.
 */
export interface ResourceRecords {
  /** In the order in which they are made. */
  list(): LedgerResource[];
  find(kind: string, name: string): LedgerResource | undefined;
  /** Before the call that may make it. Placed before the first record of a kind that depends on it, else last. */
  intend(kind: string, identifiers: Identifiers, dependentKinds: ReadonlySet<string>): void;
  /** After it; `learnt`: identifiers that the cloud chose. */
  present(
    kind: string,
    name: string,
    outcome: { learnt: Record<string, string> | undefined; applied: Remembered | undefined },
  ): void;
  /** Before the call that removes it. */
  removing(kind: string, name: string): void;
  /** After its absence is proved. */
  forget(kind: string, name: string): void;
}

export function experimentRecords(store: LedgerStore, experiment: string, clock: Clock): ResourceRecords {
  const list = () => store.read().experiments[experiment]?.resources ?? [];
  const change = (kind: string, name: string, alter: (resource: LedgerResource) => void) =>
    store.note((ledger) => {
      const resource = resourcesOf(ledger, experiment).find((other) => same(other, kind, name));
      if (resource) alter(resource);
    });
  return {
    list,
    find: (kind, name) => list().find((resource) => same(resource, kind, name)),
    intend: (kind, identifiers, dependentKinds) =>
      store.update((ledger) => {
        const resources = resourcesOf(ledger, experiment);
        if (resources.some((resource) => same(resource, kind, identifiers.name))) return;
        const before = resources.findIndex((resource) => dependentKinds.has(resource.kind));
        resources.splice(before < 0 ? resources.length : before, 0, {
          kind,
          name: identifiers.name,
          state: 'intended',
          identifiers,
          createdAt: new Date(clock.nowMs()).toISOString(),
        });
      }),
    present: (kind, name, { learnt, applied }) =>
      change(kind, name, (resource) => {
        resource.state = 'present';
        resource.identifiers = { ...resource.identifiers, ...learnt };
        if (applied) resource.applied = applied;
      }),
    removing: (kind, name) =>
      change(kind, name, (resource) => {
        resource.state = 'removing';
      }),
    forget: (kind, name) =>
      store.note((ledger) => {
        const entry = ledger.experiments[experiment];
        if (entry) entry.resources = entry.resources.filter((resource) => !same(resource, kind, name));
      }),
  };
}

function resourcesOf(ledger: Ledger, experiment: string): LedgerExperiment['resources'] {
  const entry = ledger.experiments[experiment];
  if (!entry) throw new Error(`no experiment ${experiment} in the ledger`);
  return entry.resources;
}

function same(resource: { kind: string; name: string }, kind: string, name: string): boolean {
  return resource.kind === kind && resource.name === name;
}
