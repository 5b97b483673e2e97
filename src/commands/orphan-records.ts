import type { Ledger } from '../resources/ledger.ts';
import { rankOf } from '../resources/orphans/find-orphans.ts';
import type { Orphan } from '../resources/orphans/orphan.ts';
import type { CommandContext } from './context.ts';

/**
 * Orphans about to be removed lie in the ledger under keys of their own, which no experiment can be called, so that they
 * mix with no experiment's records: `~orphans/us-east-1/mlbench`.
 */
const keyStart = '~orphans/';

function keyOf(region: string, experiment: string): string {
  return `${keyStart}${region}/${experiment}`;
}

/** `kind name` of all that experiments on AWS have on record there: no orphans. */
export function recordedOnAws(ledger: Ledger, region: string): Set<string> {
  return new Set(
    Object.entries(ledger.experiments)
      .filter(([key, one]) => !key.startsWith(keyStart) && one.target === 'aws' && one.region === region)
      .flatMap(([, { resources }]) => resources.map(({ kind, name }) => `${kind} ${name}`)),
  );
}

export function orphanRecordKeys(
  ledger: Ledger,
  region: string,
  experiment: string | null,
): { key: string; experiment: string }[] {
  const start = keyOf(region, '');
  return Object.keys(ledger.experiments)
    .filter((key) => key.startsWith(start))
    .map((key) => ({ key, experiment: key.slice(start.length) }))
    .filter((one) => experiment === null || one.experiment === experiment);
}

export function orphanRecords(ledger: Ledger, region: string, experiment: string | null): Orphan[] {
  return orphanRecordKeys(ledger, region, experiment).flatMap(({ key, experiment: owner }) =>
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
  { region, clock }: Pick<CommandContext, 'region' | 'clock'>,
): void {
  const now = new Date(clock.nowMs()).toISOString();
  for (const { kind, name, identifiers, experiment } of orphans) {
    const key = keyOf(region, experiment);
    const entry = ledger.experiments[key] ?? {
      target: 'aws' as const,
      region,
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
