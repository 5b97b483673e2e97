import type { Ledger } from '../../../resources/engine/ledger.ts';
import { rankOf } from '../../../resources/orphans/find-orphans.ts';
import type { Orphan } from '../../../resources/orphans/orphan.ts';
import type { Place } from '../../../resources/sdk/place.ts';
import type { CommandContext } from '../../context/context.ts';
import { experimentsOn } from '../../settings/experiments.ts';

/**
 * Orphans about to be removed lie in the ledger under keys of their own, which no experiment can be called, so that
 * they mix with no experiment's records: `~orphans/123456789012/us-east-1/mlbench`.
 */
const keyStart = '~orphans/';

/** Seen from another account or region, everything looks gone. */
type OrphanPlace = Pick<Place, 'accountId' | 'region'>;

function keyOf({ accountId, region }: OrphanPlace, experiment: string): string {
  return `${keyStart}${accountId}/${region}/${experiment}`;
}

/** `kind name` of all that experiments on AWS have on record there: no orphans. */
export function recordedOnAws(ledger: Ledger, { accountId, region }: OrphanPlace): Set<string> {
  return new Set(
    experimentsOn('aws', ledger)
      .filter((key) => !key.startsWith(keyStart))
      .flatMap((key) => ledger.experiments[key] ?? [])
      .filter((one) => one.region === region && (one.accountId ?? accountId) === accountId)
      .flatMap(({ resources }) => resources.map(({ kind, name }) => `${kind} ${name}`)),
  );
}

export function orphanRecordKeys(
  ledger: Ledger,
  place: OrphanPlace,
  experiment: string | null,
): { key: string; experiment: string }[] {
  const start = keyOf(place, '');
  return Object.keys(ledger.experiments)
    .filter((key) => key.startsWith(start))
    .map((key) => ({ key, experiment: key.slice(start.length) }))
    .filter((one) => experiment === null || one.experiment === experiment);
}

export function orphanRecords(ledger: Ledger, place: OrphanPlace, experiment: string | null): Orphan[] {
  return orphanRecordKeys(ledger, place, experiment).flatMap(({ key, experiment: owner }) =>
    (ledger.experiments[key]?.resources ?? []).map(({ kind, name, identifiers }) => ({
      kind,
      name,
      identifiers,
      experiment: owner,
      createdAtMs: null,
      hourlyUsd: null,
    })),
  );
}

/** Adds them to the ledger in the order in which `up` would have made them. */
export function recordOrphans(
  ledger: Ledger,
  orphans: readonly Orphan[],
  place: OrphanPlace,
  { clock }: Pick<CommandContext, 'clock'>,
): void {
  const { accountId, region } = place;
  const now = new Date(clock.nowMs()).toISOString();
  for (const { kind, name, identifiers, experiment } of orphans) {
    const key = keyOf(place, experiment);
    const entry = ledger.experiments[key] ?? {
      target: 'aws' as const,
      region,
      accountId,
      createdAt: now,
      options: {},
      resources: [],
    };
    ledger.experiments[key] = entry;
    if (entry.resources.some((known) => known.kind === kind && known.name === name)) continue;
    entry.resources.push({ kind, name, state: 'present', identifiers, createdAt: now });
    entry.resources.sort((a, b) => rankOf(a.kind) - rankOf(b.kind));
  }
}
