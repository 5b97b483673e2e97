import type { Clock } from '../../core/clock.ts';
import type { CloudClients } from '../sdk/clients.ts';
import type { Place } from '../sdk/place.ts';

/** What finds a resource again: its `name`, and what else the cloud wants to hear. Kept in the ledger: no secrets. */
export type Identifiers = { name: string } & Record<string, string>;

/** What every kind of resource is given to work with. */
export interface Scope {
  clients: CloudClients;
  clock: Clock;
  signal: AbortSignal;
  /** The experiment that owns what is made: the value of the tag `mlbench:experiment`. */
  experiment: string;
  /** Tells a person what is waited for. */
  waiting(state: string): void;
}

export interface Observed<State> {
  state: State;
  /** The experiment that its tag names, null without the tag; undefined for kinds that carry no tags. */
  owner?: string | null;
}

export interface Ensured<State> {
  outcome: 'created' | 'updated' | 'unchanged';
  state: State;
  /** What the cloud chose when it was made, and finds it again. */
  learnt?: Record<string, string>;
}

/**
 * One kind of cloud resource. `ensure` and `remove` may be called again after a crash anywhere inside them, so both
 * look before they act: `ensure` = wait out changes → observe → create or apply the difference → bounded wait.
 * `foresee` and `differences` are what `--plan` asks instead: pure, and true to what `ensure` would do.
 */
export interface ResourceKind<Spec, State> {
  readonly kind: string;
  /** A process of this machine: it can be described before there is a cloud. */
  readonly onThisMachine?: true;
  /** From the spec alone, because it is written down before the first call. */
  identify(spec: Spec): Identifiers;
  /** Undefined: absent, by the service's own describe. */
  describe(identifiers: Identifiers, scope: Scope): Promise<Observed<State> | undefined>;
  /**
   * The state it will have once it is made, as far as spec and place tell: what the plan hands to its dependents. Left
   * out by kinds that nothing is made of.
   * @param standing what is there and will be altered: it keeps what the cloud chose for it, such as an API's id
   */
  foresee?(spec: Spec, place: Place, standing?: State): State;
  /**
   * What `ensure` would alter on what stands, a phrase each (`most instances 4 → 6`); empty: nothing. Left out by kinds
   * that cannot be altered: another content is another name there.
   */
  differences?(spec: Spec, state: State, applied: Remembered | undefined): string[];
  /** What `--plan` shows of it in full, for a person to judge: the policies of a role. Pure. */
  document?(spec: Spec): object | undefined;
  /** @param applied what `remember` gave when it was last ensured. */
  ensure(spec: Spec, scope: Scope, applied: Remembered | undefined): Promise<Ensured<State>>;
  /** `kept`: left alone on purpose. Absence is proved by `describe` afterwards. */
  remove(identifiers: Identifiers, scope: Scope): Promise<'removed' | 'kept'>;
  /** What the next `ensure` needs to know of this one and cannot ask the cloud. */
  remember?(spec: Spec): Remembered;
}

/** The phrase for one property, if it differs. */
export function difference(what: string, is: string | number, wanted: string | number): string[] {
  return is === wanted ? [] : [`${what} ${is} → ${wanted}`];
}

export type Remembered = Record<string, string | number | null>;

/** A resource of an experiment: its kind, what it depends on, and its spec once those are there. */
export interface Declared<State = unknown> {
  readonly kind: ResourceKind<unknown, State>;
  readonly needs: readonly Declared[];
  /** @param states of `needs`, in the same order. */
  spec(states: readonly unknown[]): unknown;
}

/**
 * Declares a resource by what it needs: `spec` gets the states of `inputs` once those are ensured.
 * `after` orders without handing anything over.
 */
export function declare<Spec, State, Inputs extends Record<string, Declared>>(
  kind: ResourceKind<Spec, State>,
  inputs: Inputs,
  spec: (states: { [Name in keyof Inputs]: StateOf<Inputs[Name]> }) => Spec,
  after: readonly Declared[] = [],
): Declared<State> {
  const names = Object.keys(inputs);
  return {
    kind: kind as ResourceKind<unknown, State>,
    needs: [...Object.values(inputs), ...after],
    spec: (states) =>
      spec(
        Object.fromEntries(names.map((name, index) => [name, states[index]])) as {
          [Name in keyof Inputs]: StateOf<Inputs[Name]>;
        },
      ),
  };
}

export type StateOf<Resource> = Resource extends Declared<infer State> ? State : never;
