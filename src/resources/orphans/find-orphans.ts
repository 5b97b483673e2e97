import type { Scope } from '../engine/resource.ts';
import { cloudKinds } from '../kinds/cloud-kinds.ts';
import type { CloudKind } from '../kinds/kind/cloud-kind.ts';
import type { Nominee } from '../kinds/kind/nominee.ts';
import { experimentTag } from '../kinds/kind/tags.ts';
import type { CloudClients } from '../sdk/clients.ts';
import type { Orphan } from './orphan.ts';

export interface FindOrphansRequest extends Pick<Scope, 'clients' | 'clock' | 'signal'> {
  /** Null: those of all experiments. */
  experiment: string | null;
  /** What a ledger has is no orphan. */
  isRecorded(kind: string, name: string): boolean;
  /** Told what could not be looked through: a kind, or `tags`. The rest is looked through all the same. */
  onTrouble(what: string, error: unknown): void;
}

/**
 * What carries mlbench's tag and is on no record: nominated by tag, by name and by what it hangs on, confirmed by its
 * own kind's describe. In the order in which `up` makes such things.
 */
export async function findOrphans(request: FindOrphansRequest): Promise<Orphan[]> {
  const { clients, clock, signal, onTrouble } = request;
  const taggedArns = await readTaggedArns(clients, request.experiment).catch((error: unknown) => {
    signal.throwIfAborted();
    onTrouble('tags', error);
    return [];
  });
  const confirmed: Orphan[] = [];
  for (const kind of cloudKinds) {
    signal.throwIfAborted();
    try {
      const nominees = (await kind.nominate?.({ clients, clock, signal, taggedArns, confirmed })) ?? [];
      for (const one of byName(nominees).values())
        confirmed.push(...(await confirm(kind as CloudKind<unknown, unknown>, one, request)));
    } catch (error) {
      signal.throwIfAborted();
      onTrouble(kind.kind, error);
    }
  }
  return confirmed;
}

/** When `up` makes it: what comes later hangs on what comes earlier. */
export function rankOf(kind: string): number {
  return cloudKinds.findIndex((one) => one.kind === kind);
}

/** The tag search and the service's own list name the same things; the list knows more of them. */
function byName(nominees: readonly Nominee[]): Map<string, Nominee> {
  const named = new Map<string, Nominee>();
  for (const one of nominees) {
    const known = named.get(one.identifiers.name);
    named.set(one.identifiers.name, {
      identifiers: { ...known?.identifiers, ...one.identifiers },
      experiment: one.experiment ?? known?.experiment,
      createdAt: one.createdAt ?? known?.createdAt,
    });
  }
  return named;
}

async function confirm(
  kind: CloudKind<unknown, unknown>,
  { identifiers, experiment: hint, createdAt }: Nominee,
  request: FindOrphansRequest,
): Promise<Orphan[]> {
  const { name } = identifiers;
  if (request.isRecorded(kind.kind, name)) return [];
  const { clients, clock, signal } = request;
  const scope = { clients, clock, signal, experiment: hint ?? '', waiting: () => {} };
  const found = await kind.describe(identifiers, scope);
  // Null: it carries no tag, whatever its name is.
  const experiment = found?.owner === undefined ? hint : found.owner;
  if (!found || !experiment) return [];
  if (request.experiment !== null && request.experiment !== experiment) return [];
  const hourlyUsd = (await kind.hourlyUsd?.(found.state, scope)) ?? null;
  return [
    { kind: kind.kind, name, identifiers, experiment, createdAtMs: createdAt?.getTime() ?? null, hourlyUsd },
  ];
}

/**
 * The ARNs of what carries mlbench's tag, by the Resource Groups Tagging API. It only nominates: its index lags behind,
 * and it leaves IAM's roles out.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
async function readTaggedArns(clients: CloudClients, experiment: string | null): Promise<string[]> {
  const { paginateGetResources } = await import('@aws-sdk/client-resource-groups-tagging-api');
  const client = await clients.tagging();
  const TagFilters = [{ Key: experimentTag, ...(experiment === null ? {} : { Values: [experiment] }) }];
  const arns: string[] = [];
  for await (const { ResourceTagMappingList } of paginateGetResources({ client }, { TagFilters }))
    arns.push(...(ResourceTagMappingList ?? []).flatMap(({ ResourceARN }) => ResourceARN ?? []));
  return arns;
}
