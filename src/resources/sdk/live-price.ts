import { hourlyPriceUsd, pricesAsOf, pricesRegion } from '../../catalog/prices.ts';
import type { Clock } from '../../core/clock.ts';
import { withinTime } from '../../core/within-time.ts';
import type { CloudClients } from './clients.ts';

/** What an hour of one hosting instance costs, and who says so. */
export interface InstancePrice {
  instanceType: string;
  /** Null: neither the Pricing API nor the table knows it. */
  hourlyUsd: number | null;
  source: 'pricing-api' | 'table';
  /** Where that price is charged: the table knows one region only. */
  region: string;
  /** The table's month; null: asked just now. */
  asOf: string | null;
}

/** What a command is willing to wait for a price. */
const patienceMs = 5_000;

/**
 * Asks the Pricing API, and takes the dated table where it does not say within 5 seconds. Never fails.
 * @param clients null: nobody is asked (the stand-in costs nothing, and needs no account)
 */
export async function findInstancePrice(
  instanceType: string,
  clients: CloudClients | null,
  clock: Clock,
): Promise<InstancePrice> {
  if (!clients?.traits.charges) return tablePrice(instanceType);
  const { region } = clients;
  const hourlyUsd = await withinTime(
    (signal) => askPricing(instanceType, clients, signal),
    patienceMs,
    clock,
  );
  if (hourlyUsd === undefined) return tablePrice(instanceType);
  return { instanceType, hourlyUsd, source: 'pricing-api', region, asOf: null };
}

export function tablePrice(instanceType: string): InstancePrice {
  const hourlyUsd = hourlyPriceUsd(instanceType) ?? null;
  return { instanceType, hourlyUsd, source: 'table', region: pricesRegion, asOf: pricesAsOf };
}

/** `eu-central-1, AWS Pricing API`, or `us-east-1, prices of 2026-09`. */
export function priceSource({ region, asOf }: Pick<InstancePrice, 'region' | 'asOf'>): string {
  return `${region}, ${asOf === null ? 'AWS Pricing API' : `prices of ${asOf}`}`;
}

/**
 * The on-demand hourly price among the products that GetProducts lists; undefined where none says one in USD. Of
 * several the dearest, so that nobody is promised too little.
 * @param priceList documents as text,
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
 */
export function readHourlyUsd(priceList: readonly string[]): number | undefined {
  const prices = priceList
    .flatMap((text) => Object.values(termsOf(text)))
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions ?? {}))
    .filter(({ unit }) => unit === 'Hrs')
    .map(({ pricePerUnit }) => Number(pricePerUnit?.USD))
    .filter((usd) => usd > 0);
  return prices.length === 0 ? undefined : Math.max(...prices);
}

interface OnDemandTerm {
  priceDimensions?: Record<string, { unit?: string; pricePerUnit?: { USD?: string } }>;
}

function termsOf(text: string): Record<string, OnDemandTerm> {
  try {
    const product = JSON.parse(text) as { terms?: { OnDemand?: Record<string, OnDemandTerm> } } | null;
    return product?.terms?.OnDemand ?? {};
  } catch {
    return {};
  }
}

async function askPricing(
  instanceType: string,
  clients: CloudClients,
  abortSignal: AbortSignal,
): Promise<number | undefined> {
  const { GetProductsCommand } = await import('@aws-sdk/client-pricing');
  const is = (Field: string, Value: string) => ({ Type: 'TERM_MATCH' as const, Field, Value });
  const { PriceList } = await (await clients.pricing()).send(
    new GetProductsCommand({
      ServiceCode: 'AmazonSageMaker',
      FormatVersion: 'aws_v1',
      Filters: [
        is('productFamily', 'ML Instance'),
        is('regionCode', clients.region),
        is('instanceName', instanceType),
        is('platoinstancetype', 'Hosting'),
      ],
    }),
    { abortSignal },
  );
  return readHourlyUsd((PriceList ?? []).map(String));
}
