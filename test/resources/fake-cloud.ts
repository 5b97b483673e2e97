import type { ResourceEngine } from '../../src/resources/engine/engine.ts';
import type { ResourceEvent } from '../../src/resources/engine/events.ts';
import type { Ledger } from '../../src/resources/engine/ledger.ts';
import type { LedgerStore } from '../../src/resources/engine/ledger-store.ts';
import { experimentRecords } from '../../src/resources/engine/records.ts';
import { type Declared, declare, type ResourceKind } from '../../src/resources/engine/resource.ts';
import type { CloudClients } from '../../src/resources/sdk/clients.ts';
import { standInTraits } from '../../src/resources/sdk/cloud-traits.ts';
import { ManualClock } from '../support/manual-clock.ts';

export const experiment = 'under-test';

/** Thrown at the step where the process is to die; from then on nothing happens any more. */
class Killed extends Error {}

/** A process that is killed at its n-th step; a step is a ledger write or a call that changes the cloud. */
export class MortalProcess {
  #stepsLeft: number;
  steps = 0;

  constructor(diesAtStep = Number.POSITIVE_INFINITY) {
    this.#stepsLeft = diesAtStep;
  }

  get dead(): boolean {
    return this.#stepsLeft < 0;
  }

  step(): void {
    this.steps++;
    this.#stepsLeft--;
    if (this.dead) throw new Killed('killed');
  }
}

/** What exists, whoever asks: name → the experiment that its tag names. */
export type FakeCloud = Map<string, string | null>;

export interface FakeKindOptions {
  /** Thrown by every `remove`. */
  cannotRemove?: Error;
  /** Says that it removed it, and did not. */
  lies?: boolean;
  /** Thrown by every `remove`, which has removed it all the same: a second try finds nothing to remove. */
  removesAndFails?: Error;
}

export function fakeKind(
  kind: string,
  cloud: FakeCloud,
  mortal: () => MortalProcess,
  options: FakeKindOptions = {},
): ResourceKind<{ name: string }, { name: string }> {
  const key = (name: string) => `${kind}:${name}`;
  return {
    kind,
    identify: ({ name }) => ({ name }),
    async describe({ name }) {
      if (mortal().dead) throw new Killed('dead');
      const owner = cloud.get(key(name));
      return owner === undefined ? undefined : { state: { name }, owner };
    },
    async ensure({ name }) {
      const exists = cloud.has(key(name));
      mortal().step();
      cloud.set(key(name), experiment);
      mortal().step();
      return { outcome: exists ? 'unchanged' : 'created', state: { name } };
    },
    async remove({ name }) {
      if (options.cannotRemove) throw options.cannotRemove;
      mortal().step();
      if (!options.lies) cloud.delete(key(name));
      mortal().step();
      if (options.removesAndFails) throw options.removesAndFails;
      return 'removed';
    },
  };
}

/** What exists, with a content that can be altered and an id that the cloud chose. */
export type ContentCloud = Map<string, ContentState & { owner: string | null }>;

interface ContentSpec {
  name: string;
  content: string;
}

interface ContentState {
  content: string;
  id: string;
}

/** A kind that can be altered, and whose id nobody knows before it is made. */
export function contentKind(kind: string, cloud: ContentCloud): ResourceKind<ContentSpec, ContentState> {
  let made = 0;
  const key = (name: string) => `${kind}:${name}`;
  return {
    kind,
    identify: ({ name }) => ({ name }),
    foresee: ({ content }, _place, standing) => ({ content, id: standing?.id ?? 'not known yet' }),
    document: ({ name, content }) => (kind.endsWith('-0') ? { name, content } : undefined),
    differences: ({ content }, state) =>
      content === state.content ? [] : [`content ${state.content} → ${content}`],
    async describe({ name }) {
      const there = cloud.get(key(name));
      return there && { state: { content: there.content, id: there.id }, owner: there.owner };
    },
    async ensure(spec) {
      const there = cloud.get(key(spec.name));
      const differs = there && this.differences?.(spec, there, undefined).length !== 0;
      const { content } = spec;
      const id = there?.id ?? `${kind}-id-${made++}`;
      cloud.set(key(spec.name), { content, id, owner: experiment });
      return { outcome: there ? (differs ? 'updated' : 'unchanged') : 'created', state: { content, id } };
    },
    async remove({ name }) {
      cloud.delete(key(name));
      return 'removed';
    },
  };
}

/** Each resource needs those at the given indexes before it. */
export function declareGraph(
  kinds: ResourceKind<{ name: string }, { name: string }>[],
  needs: number[][],
): Declared[] {
  const declared: Declared[] = [];
  for (const [index, kind] of kinds.entries()) {
    const inputs = Object.fromEntries(
      (needs[index] ?? []).map((need) => [String(need), declared[need] as Declared]),
    );
    declared.push(declare(kind, inputs, () => ({ name: `r${index}` })) as Declared);
  }
  return declared;
}

export function memoryLedger(mortal: () => MortalProcess): LedgerStore {
  let content: Ledger = {
    schemaVersion: 1,
    experiments: {
      [experiment]: {
        target: 'local',
        region: 'us-east-1',
        createdAt: '2026-01-01T00:00:00.000Z',
        options: {},
        resources: [],
      },
    },
  };
  const update = (change: (ledger: Ledger) => void) => {
    const next = structuredClone(content);
    change(next);
    mortal().step();
    content = next;
    mortal().step();
  };
  return {
    path: 'memory',
    read: () => structuredClone(content),
    update,
    note: update,
    trouble: () => null,
  };
}

/** Describes are asked only where there is somebody to ask; the fake kinds then ask their own cloud. */
export const someClients = { traits: standInTraits(1) } as CloudClients;

export function engineOn(store: LedgerStore, events: ResourceEvent[] = []): ResourceEngine {
  const clock = new ManualClock();
  return {
    records: experimentRecords(store, experiment, clock),
    clients: null,
    clock,
    signal: new AbortController().signal,
    experiment,
    emit: (event) => events.push(event),
  };
}
