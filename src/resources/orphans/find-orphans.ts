import { cloudKinds } from '../cloud-kinds.ts';
import { endpointKind } from '../endpoint.ts';
import type { EndpointState } from '../endpoint-state.ts';
import { findInstancePrice } from '../live-price.ts';
import { logGroupKind } from '../log-group.ts';
import type { Observed, ResourceKind, Scope } from '../resource.ts';
import { alarmFinder } from './alarm-finder.ts';
import type { Nominee, Orphan, OrphanFinder, OrphanSearch } from './orphan.ts';
import { sageMakerFinders } from './sagemaker-finders.ts';
import { serviceFinders } from './service-finders.ts';
import { storageFinders } from './storage-finders.ts';
import { readTaggedArns } from './tagged-arns.ts';

export interface FindOrphansRequest extends Pick<Scope, 'clients' | 'clock' | 'signal'> {
  /** Null: those of all experiments. */
  experiment: string | null;
  /** What a ledger has is no orphan. */
  isRecorded(kind: string, name: string): boolean;
  /** Told what could not be looked through: a kind, or `tags`. The rest is looked through all the same. */
  onTrouble(what: string, error: unknown): void;
}

/** Kinds without an entry go with what they are in: objects, images, permissions. */
const finders: readonly OrphanFinder[] = [
  ...serviceFinders,
  ...storageFinders,
  ...sageMakerFinders,
  alarmFinder,
];

/**
 * What carries mlbench's tag and is on no record: nominated by tag, by name and by what it hangs on, confirmed by its own
 * kind's describe. In the order in which `up` makes such things.
 */
export async function findOrphans(request: FindOrphansRequest): Promise<Orphan[]> {
  const { clients, clock, signal, onTrouble } = request;
  const taggedArns = await readTaggedArns(request, request.experiment).catch((error: unknown) => {
    signal.throwIfAborted();
    onTrouble('tags', error);
    return [];
  });
  const confirmed: Orphan[] = [];
  for (const finder of finders) {
    signal.throwIfAborted();
    try {
      const nominees = await finder.find({ clients, clock, signal, taggedArns, confirmed });
      for (const one of byName(nominees).values())
        confirmed.push(...(await confirm(finder.kind as ResourceKind<unknown, unknown>, one, request)));
    } catch (error) {
      signal.throwIfAborted();
      onTrouble(finder.kind.kind, error);
    }
  }
  return confirmed.sort((a, b) => rankOf(a.kind) - rankOf(b.kind));
}

/** When `up` makes it: what comes later hangs on what comes earlier. */
export function rankOf(kind: string): number {
  return inOrder.indexOf(kind);
}

/** Log groups go last of all, so that no late line of whatever writes there brings one back. */
const inOrder = [logGroupKind, ...cloudKinds.filter((kind) => kind !== logGroupKind)].map(({ kind }) => kind);

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
  kind: ResourceKind<unknown, unknown>,
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
  const hourlyUsd = await hourlyCost(kind.kind, found, request);
  return [
    { kind: kind.kind, name, identifiers, experiment, createdAtMs: createdAt?.getTime() ?? null, hourlyUsd },
  ];
}

/** Of an endpoint: its instances. Never fails. */
async function hourlyCost(
  kind: string,
  { state }: Observed<unknown>,
  { clients, clock }: Pick<OrphanSearch, 'clients' | 'clock'>,
): Promise<number | null> {
  if (kind !== endpointKind.kind) return null;
  const { configName, variants } = state as EndpointState;
  try {
    const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const { ProductionVariants } = await (await clients.sagemaker()).send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: configName }),
    );
    let sumUsd = 0;
    for (const { name, current, desired } of variants) {
      const instanceType = ProductionVariants?.find((one) => one.VariantName === name)?.InstanceType;
      const price = instanceType && (await findInstancePrice(instanceType, clients, clock)).hourlyUsd;
      if (!price) return null;
      sumUsd += price * Math.max(current, desired);
    }
    return sumUsd;
  } catch {
    return null;
  }
}
