import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import {
  findInstancePrice,
  priceSource,
  readHourlyUsd,
  tablePrice,
} from '../../../src/resources/sdk/live-price.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type AwsOnLoopback, awsOnLoopback } from '../aws-on-loopback.ts';

let aws: AwsOnLoopback | undefined;
afterEach(() => aws?.close());

/** One entry of a price list, as the Pricing API words it. */
function product(usd: string, unit = 'Hrs', currency = 'USD'): string {
  return JSON.stringify({
    product: {
      productFamily: 'ML Instance',
      attributes: { instanceName: 'ml.m5.large', regionCode: 'eu-west-1' },
    },
    serviceCode: 'AmazonSageMaker',
    terms: {
      OnDemand: {
        'SKU.JRTCKXETXF': {
          priceDimensions: { 'SKU.JRTCKXETXF.6YS6EN2CT7': { unit, pricePerUnit: { [currency]: usd } } },
        },
      },
    },
  });
}

const table = { source: 'table', region: 'us-east-1', asOf: '2026-09' };

describe('the price of an instance', () => {
  it('is what the Pricing API says for the region', async () => {
    aws = await awsOnLoopback(() => ({ status: 200, body: { PriceList: [product('0.1280000000')] } }), {
      region: 'eu-west-1',
    });
    const price = await findInstancePrice('ml.m5.large', aws.clients, systemClock);
    expect(price).toEqual({
      instanceType: 'ml.m5.large',
      hourlyUsd: 0.128,
      source: 'pricing-api',
      region: 'eu-west-1',
      asOf: null,
    });
    expect(priceSource(price)).toBe('eu-west-1, AWS Pricing API');
    expect(aws.calls).toMatchObject([
      {
        operation: 'AWSPriceListService.GetProducts',
        body: {
          ServiceCode: 'AmazonSageMaker',
          Filters: [
            { Type: 'TERM_MATCH', Field: 'productFamily', Value: 'ML Instance' },
            { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' },
            { Type: 'TERM_MATCH', Field: 'instanceName', Value: 'ml.m5.large' },
            { Type: 'TERM_MATCH', Field: 'platoinstancetype', Value: 'Hosting' },
          ],
        },
      },
    ]);
  });

  it.each<[string, { status: number; body: object }]>([
    ['may not be asked for', { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }],
    ['is not listed', { status: 200, body: { PriceList: [] } }],
    ['is in another currency', { status: 200, body: { PriceList: [product('0.9', 'Hrs', 'CNY')] } }],
    ['is not readable', { status: 200, body: { PriceList: ['{"terms":'] } }],
    ['cannot be asked for', { status: 500, body: {} }],
  ])("is the dated table's where it %s", async (_, answer) => {
    aws = await awsOnLoopback(() => answer);
    const price = await findInstancePrice('ml.m5.large', aws.clients, systemClock);
    expect(price).toEqual({ instanceType: 'ml.m5.large', hourlyUsd: 0.115, ...table });
    expect(priceSource(price)).toBe('us-east-1, prices of 2026-09');
  });

  it('is waited for no longer than 5 seconds', async () => {
    aws = await awsOnLoopback(() => undefined);
    const clock = new ManualClock();
    let price: unknown;
    const asking = findInstancePrice('ml.m5.large', aws.clients, clock).then((found) => {
      price = found;
    });
    await eventually('the price is asked for', () => (aws?.calls.length ?? 0) > 0);
    await clock.advance(4_999);
    expect(price).toBeUndefined();
    await clock.advance(1);
    await asking;
    expect(price).toMatchObject(table);
  });

  it('is asked of nobody where there is no account', async () => {
    expect(await findInstancePrice('ml.c5.large', null, systemClock)).toMatchObject({
      hourlyUsd: 0.102,
      ...table,
    });
  });

  it('may be unknown to both', () => {
    expect(tablePrice('ml.p5.48xlarge')).toMatchObject({ hourlyUsd: null, ...table });
  });
});

describe('a price list', () => {
  it('gives its dearest hour, and nothing but hours', () => {
    expect(readHourlyUsd([product('0.1'), product('0.3'), product('9', 'GB-Mo'), product('0.0')])).toBe(0.3);
  });

  it('gives nothing where it lists nothing for sale', () => {
    expect(readHourlyUsd([])).toBeUndefined();
    expect(
      readHourlyUsd(['null', '[]', '{"terms":{"Reserved":{}}}', product('0.0000000000')]),
    ).toBeUndefined();
  });
});
