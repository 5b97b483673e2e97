import type { Identifiers, Scope } from '../../engine/resource.ts';

/** What may be an orphan: its kind's own describe decides. */
export interface Nominee {
  identifiers: Identifiers;
  /** For kinds without tags of their own, and for those that are found by their tag. */
  experiment?: string | undefined;
  createdAt?: Date | undefined;
}

/** What a kind is given to look for orphans with. */
export interface NomineeSearch extends Pick<Scope, 'clients' | 'clock' | 'signal'> {
  /** ARNs of everything in the region that carries mlbench's tag; empty where that could not be asked. */
  taggedArns: readonly string[];
  /** Orphans of the kinds before this one: what this kind may hang on. */
  confirmed: readonly { kind: string; name: string; experiment: string }[];
}

/** What the ledger calls an endpoint; other kinds look for what hangs on one. */
export const endpointKindName = 'endpoint';

/** Names of ours begin with this. */
export const namePrefix = 'mlbench';

/** What follows `part` in each tagged ARN that has it: names by `:function:`, `:endpoint/`. */
export function namesTagged({ taggedArns }: NomineeSearch, part: RegExp): Nominee[] {
  return taggedArns.flatMap((arn) => {
    const name = part.exec(arn)?.[1];
    return name === undefined ? [] : [{ identifiers: { name } }];
  });
}

export function nominee(name: string | undefined, createdAt?: Date | undefined): Nominee[] {
  return name === undefined ? [] : [{ identifiers: { name }, createdAt }];
}
