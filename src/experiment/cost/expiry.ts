import { userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { formatDurationMs, formatUsd } from '../../core/units.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../../resources/sdk/live-price.ts';
import type { CommandContext } from '../context/context.ts';
import type { UpOptions } from '../settings/up-options.ts';
import type { UpSettings } from '../settings/up-settings.ts';
import { mostInstances } from '../settings/up-settings.ts';

/** When an experiment ends by itself, for people and programs. */
export interface Expiry {
  /** ISO 8601. */
  at: string;
  /** Below zero: it is past. */
  inMs: number;
}

export function expiryOf(settings: Pick<UpSettings, 'expiresAt'> | null, nowMs: number): Expiry | null {
  const at = settings?.expiresAt ?? null;
  return at === null ? null : { at, inMs: Date.parse(at) - nowMs };
}

/** The settings with the moment at which AWS is to delete the endpoint; asks for the price where money decides. */
export async function resolveExpiry(
  settings: UpSettings,
  options: UpOptions,
  clients: CloudClients,
  context: CommandContext,
): Promise<UpSettings> {
  const price =
    options.maxCostUsd === undefined
      ? null
      : await findInstancePrice(settings.instanceType, clients, context.clock);
  const expiresAt = decideExpiry(options, settings.expiresAt, {
    nowMs: context.clock.nowMs(),
    instances: mostInstances(settings),
    price,
    region: context.region,
    down: ownCommand('down', context),
  });
  return { ...settings, expiresAt };
}

/** On the stand-in both options are taken, so that a script may name them on either target. */
export function noteNothingCosts(
  { ttlMs, maxCostUsd }: UpOptions,
  context: Pick<CommandContext, 'emit' | 'experiment'>,
): void {
  const named = typeof ttlMs === 'number' ? '--ttl' : maxCostUsd === undefined ? null : '--max-cost-usd';
  if (named === null) return;
  context.emit({
    type: 'notice',
    level: 'info',
    message: `${named}: nothing costs on the stand-in, so nothing is scheduled to end it`,
    remedy: `${ownCommand('down', context)} does`,
  });
}

export interface ExpiryFacts {
  nowMs: number;
  /** As many as there may be at a time. */
  instances: number;
  /** Null: not asked for. */
  price: InstancePrice | null;
  region: string;
  /** The command that removes everything, for a remedy. */
  down: string;
}

/**
 * The moment at which the endpoint is to be deleted, in whole seconds; null: it stays until `down`. What is named
 * counts from now, and `--max-cost-usd` and `--ttl` named together end it at the earlier; not named, what was decided
 * before stays.
 * @param before ISO 8601
 * @throws MlbenchError `expired`, `price-unknown`, `max-cost-too-low` (exit code 2)
 */
export function decideExpiry(
  { ttlMs, maxCostUsd }: Pick<UpOptions, 'ttlMs' | 'maxCostUsd'>,
  before: string | null,
  facts: ExpiryFacts,
): string | null {
  const { nowMs, down } = facts;
  if (ttlMs === undefined && maxCostUsd === undefined) {
    if (before === null || Date.parse(before) > nowMs) return before;
    throw userError(
      'expired',
      `the experiment expired ${formatDurationMs(nowMs - Date.parse(before))} ago, at ${before}: AWS was to delete its endpoint then`,
      `pass --ttl 2h to count from now or --ttl none for no end, or remove the rest: ${down}`,
    );
  }
  const lives = [
    ...(typeof ttlMs === 'number' ? [ttlMs] : []),
    ...(maxCostUsd === undefined ? [] : [affordableMs(maxCostUsd, facts)]),
  ];
  if (lives.length === 0) return null;
  return new Date(Math.floor((nowMs + Math.min(...lives)) / 1_000) * 1_000).toISOString();
}

/** An endpoint takes up to ten minutes to come up: less than this measures nothing. */
const leastLifeMs = 20 * 60_000;

function affordableMs(maxCostUsd: number, { instances, price, region }: ExpiryFacts): number {
  const hourlyUsd = price?.region === region ? price.hourlyUsd : null;
  if (!price || hourlyUsd === null) {
    const table =
      price?.hourlyUsd == null
        ? ''
        : `, and the table has it for another region (${formatUsd(price.hourlyUsd)}; ${priceSource(price)})`;
    throw userError(
      'price-unknown',
      `--max-cost-usd ${maxCostUsd}: the price of ${price?.instanceType} in ${region} is not known: the Pricing API did not say it${table}`,
      'say when it is to end instead, such as --ttl 2h, or allow pricing:GetProducts',
    );
  }
  const fleetUsd = instances * hourlyUsd;
  const lifeMs = (maxCostUsd / fleetUsd) * 3_600_000;
  if (lifeMs >= leastLifeMs) return lifeMs;
  const enough = Math.ceil((fleetUsd * leastLifeMs) / 36_000) / 100;
  throw userError(
    'max-cost-too-low',
    `--max-cost-usd ${maxCostUsd}: ${instances} × ${formatUsd(hourlyUsd)} an hour of ${price.instanceType} (${priceSource(price)}) spend that in ${formatDurationMs(lifeMs)}, and below ${formatDurationMs(leastLifeMs)} an endpoint is hardly up`,
    `pass ${enough} or more, or a smaller --max`,
  );
}
