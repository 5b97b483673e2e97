import type { Identifiers, ResourceKind, Scope } from '../resource.ts';

/** Something of mlbench's making that no ledger of ours has on record. */
export interface Orphan {
  kind: string;
  name: string;
  identifiers: Identifiers;
  /** The experiment that its tag names, or that of what it hangs on. */
  experiment: string;
  /** Epoch milliseconds; null: the service does not tell. */
  createdAtMs: number | null;
  /** What an hour of it costs; null: nothing by the hour, or not known. */
  hourlyUsd: number | null;
}

/** What may be one: its kind's own describe decides. */
export interface Nominee {
  identifiers: Identifiers;
  /** For kinds without tags of their own, and for those that are found by their tag. */
  experiment?: string | undefined;
  createdAt?: Date | undefined;
}

/** What a finder is given to look with. */
export interface OrphanSearch extends Pick<Scope, 'clients' | 'clock' | 'signal'> {
  /** ARNs of everything in the region that carries mlbench's tag; empty where that could not be asked. */
  taggedArns: readonly string[];
  /** Confirmed so far: what this kind may hang on. */
  confirmed: readonly Orphan[];
}

/** One kind's entry: where to look for what may be ours. */
export interface OrphanFinder {
  kind: ResourceKind<never, unknown>;
  find(search: OrphanSearch): Promise<Nominee[]>;
}

/** Names of ours begin with this. */
export const namePrefix = 'mlbench';

/** What follows `part` in each tagged ARN that has it: names by `:function:`, `:endpoint/`. */
export function namesTagged({ taggedArns }: OrphanSearch, part: RegExp): Nominee[] {
  return taggedArns.flatMap((arn) => {
    const name = part.exec(arn)?.[1];
    return name === undefined ? [] : [{ identifiers: { name } }];
  });
}

export function nominee(name: string | undefined, createdAt?: Date | undefined): Nominee[] {
  return name === undefined ? [] : [{ identifiers: { name }, createdAt }];
}
