import type { ResourceKind, Scope } from '../../engine/resource.ts';
import type { Nominee, NomineeSearch } from './nominee.ts';
import type { Permission } from './permission.ts';

/**
 * A kind of resource that lives in the cloud, whole: besides what the resource engine needs, what the caller must be
 * allowed, and how one that no ledger knows is found. A kind is one file, and one entry in `cloud-kinds.ts`.
 */
export interface CloudKind<Spec, State> extends ResourceKind<Spec, State> {
  /** Every call that the kind's own code makes, and what AWS asks of the caller besides. */
  readonly permissions: readonly Permission[];
  /**
   * Names what may be an orphan of this kind; `describe` then decides. Null: an orphan of it goes with what it is in,
   * or the kind makes nothing.
   */
  readonly nominate: ((search: NomineeSearch) => Promise<Nominee[]>) | null;
  /** What an hour of it costs in USD, for kinds that cost by the hour; null: not known. Never fails. */
  hourlyUsd?(state: State, scope: Pick<Scope, 'clients' | 'clock'>): Promise<number | null>;
}
