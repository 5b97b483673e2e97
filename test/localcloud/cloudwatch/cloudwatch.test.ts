import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
  paginateGetMetricData,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmHistory } from '../../../src/localcloud/cloudwatch/alarms/history.ts';
import {
  createMetricStore,
  type MetricStore,
} from '../../../src/localcloud/cloudwatch/metrics/metric-store.ts';
import { createCloudWatch } from '../../../src/localcloud/cloudwatch/service.ts';
import { createScalingLoop } from '../../../src/localcloud/scaling/scaling-loop.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { serve } from './service-server.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
const dimensions = { EndpointName: 'e', VariantName: 'AllTraffic' };
const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

let clock = new ManualClock(noon);
let store: MetricStore;
let server: Awaited<ReturnType<typeof serve>>;
let client: CloudWatchClient;

// One server for all: the service reads the store and the clock of the test that runs.
beforeAll(async () => {
  const current = new Proxy({} as MetricStore, { get: (_target, name) => store[name as keyof MetricStore] });
  const now = {
    ...new ManualClock(),
    nowMs: () => clock.nowMs(),
    monotonicMs: () => 0,
    after: () => ({ cancel() {} }),
  };
  const scaling = createScalingLoop({
    clock: now,
    metrics: current,
    variants: { describe: () => undefined, setDesiredInstanceCount() {} },
    settings: { region: 'us-east-1', accountId: '000000000000', seed: 'test', metricDelayMs: 0 },
  });
  server = await serve(
    createCloudWatch({ clock: now, metrics: current, scaling, history: createAlarmHistory() }),
  );
  client = new CloudWatchClient(server.clientConfig);
});
beforeEach(() => {
  clock = new ManualClock(noon + 10 * minute);
  store = createMetricStore({ metricDelayMs: 0 });
});
afterAll(async () => {
  client.destroy();
  await server.close();
  expect(server.bugs).toEqual([]);
});

function record(metricName: string, minutes: number, value: number, weight = 1): void {
  const atMs = noon + minutes * minute;
  store.record({ namespace: 'AWS/SageMaker', metricName, dimensions, unit: 'None', atMs, value, weight });
}

function metricStat(MetricName: string, Stat: string, Period = 60) {
  return { Metric: { Namespace: 'AWS/SageMaker', MetricName, Dimensions }, Stat, Period };
}

function ask(
  MetricDataQueries: GetMetricDataCommandInput['MetricDataQueries'],
  more: Partial<GetMetricDataCommandInput> = {},
) {
  const window = { StartTime: new Date(noon), EndTime: new Date(noon + 10 * minute) };
  return client.send(
    new GetMetricDataCommand({ ScanBy: 'TimestampAscending', ...window, MetricDataQueries, ...more }),
  );
}

async function evaluate(Expression: string) {
  const { MetricDataResults: results = [] } = await ask([
    { Id: 'm1', MetricStat: metricStat('A', 'Sum'), ReturnData: false },
    { Id: 'm2', MetricStat: metricStat('B', 'Sum'), ReturnData: false },
    { Id: 'e1', Expression },
  ]);
  return results.map((result) =>
    (result.Timestamps ?? []).map((at, i) => [(at.getTime() - noon) / minute, result.Values?.[i]]),
  );
}

describe('GetMetricData', () => {
  it('gives several statistics of a metric, percentiles among them', async () => {
    for (let i = 1; i <= 100; i++) record('ModelLatency', 0, i * 1_000, 20);
    record('ModelLatency', 2, 5_000);
    const stats = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99', 'p100'];
    const { MetricDataResults: results = [], Messages } = await ask(
      stats.map((Stat, i) => ({ Id: `m${i}`, MetricStat: metricStat('ModelLatency', Stat) })),
    );
    expect(Messages).toEqual([]);
    expect(results[0]).toEqual({
      Id: 'm0',
      Label: 'ModelLatency',
      StatusCode: 'Complete',
      Timestamps: [new Date(noon), new Date(noon + 2 * minute)],
      Values: [101_000_000, 5_000],
    });
    const firsts = results.map(({ Values }) => Values?.[0] ?? Number.NaN);
    expect(firsts.slice(0, 5)).toEqual([101_000_000, 50_500, 1_000, 100_000, 2_000]);
    expect(Math.abs(firsts[5]! - 50_000)).toBeLessThan(300);
    expect(Math.abs(firsts[6]! - 99_000)).toBeLessThan(500);
    expect(firsts[7]).toBe(100_000);
  });

  it('gives the newest first unless asked otherwise, and nothing for what does not exist', async () => {
    record('A', 0, 1);
    record('A', 1, 2);
    const { MetricDataResults: results = [] } = await ask(
      [
        { Id: 'a', MetricStat: metricStat('A', 'Sum'), Label: 'mine' },
        { Id: 'b', MetricStat: metricStat('Nothing', 'Sum') },
      ],
      { ScanBy: undefined },
    );
    expect(results[0]).toMatchObject({ Label: 'mine', Values: [2, 1] });
    expect(results[1]).toMatchObject({ StatusCode: 'Complete', Values: [], Timestamps: [] });
  });

  it('counts periods from the start of the window, rounded to the minute', async () => {
    for (let i = 0; i < 6; i++) record('A', i, 1);
    const { MetricDataResults: results = [] } = await ask(
      [{ Id: 'a', MetricStat: metricStat('A', 'Sum', 120) }],
      { StartTime: new Date(noon + minute + 30_000) },
    );
    expect(results[0]?.Timestamps).toEqual([1, 3, 5].map((i) => new Date(noon + i * minute)));
    expect(results[0]?.Values).toEqual([2, 2, 1]);
  });

  it('comes in pages that lose and repeat nothing, even while new data arrives', async () => {
    for (let i = 0; i < 5; i++) {
      record('A', i, i);
      record('B', i, 10 * i);
    }
    const input = {
      StartTime: new Date(noon),
      EndTime: new Date(noon + 60 * minute),
      ScanBy: 'TimestampAscending',
      MaxDatapoints: 3,
      MetricDataQueries: [
        { Id: 'a', MetricStat: metricStat('A', 'Sum') },
        { Id: 'none', MetricStat: metricStat('C', 'Sum') },
        { Id: 'b', MetricStat: metricStat('B', 'Sum') },
      ],
    } as const;
    const values: Record<string, number[]> = {};
    const statuses: string[] = [];
    let pages = 0;
    for await (const page of paginateGetMetricData(
      { client },
      { ...input, MetricDataQueries: [...input.MetricDataQueries] },
    )) {
      if (++pages === 1) record('A', 11, 99);
      expect((page.MetricDataResults ?? []).flatMap(({ Values }) => Values ?? []).length).toBeLessThanOrEqual(
        3,
      );
      for (const { Id, Values, StatusCode } of page.MetricDataResults ?? []) {
        statuses.push(`${Id} ${StatusCode}`);
        values[Id!] = [...(values[Id!] ?? []), ...(Values ?? [])];
      }
    }
    expect(pages).toBe(4);
    expect(values).toEqual({ a: [0, 1, 2, 3, 4], none: [], b: [0, 10, 20, 30, 40] });
    expect(statuses[0]).toBe('a PartialData');
    expect(statuses.at(-1)).toBe('b Complete');
  });

  it.each([
    ['m1 + m2 * 2', [[[0, 21]]]],
    ['(m1 + m2) / 2 - -1', [[[0, 6.5]]]],
    [
      '2 ^ 3 ^ 2 + m1 * 0',
      [
        [
          [0, 512],
          [1, 512],
        ],
      ],
    ],
    ['m1 / (m1 - 1)', [[[1, 1.5]]]],
    [
      'm1 / SUM(m1)',
      [
        [
          [0, 0.25],
          [1, 0.75],
        ],
      ],
    ],
    [
      'SUM(METRICS())',
      [
        [
          [0, 11],
          [1, 3],
        ],
      ],
    ],
    [
      'AVG([m1, m2])',
      [
        [
          [0, 5.5],
          [1, 3],
        ],
      ],
    ],
    ['MAX(METRICS("m2"))', [[[0, 10]]]],
    [
      'METRICS() * 10',
      [
        [
          [0, 10],
          [1, 30],
        ],
        [[0, 100]],
      ],
    ],
    [
      'm1 / PERIOD(m1) * 60',
      [
        [
          [0, 1],
          [1, 3],
        ],
      ],
    ],
    ['m2 + FILL(m1, 0)', [[[0, 11]]]],
    [
      'CEIL(ABS(-m1) / 2)',
      [
        [
          [0, 1],
          [1, 2],
        ],
      ],
    ],
  ])('evaluates %s', async (expression, expected) => {
    record('A', 0, 1);
    record('A', 1, 3);
    record('B', 0, 10);
    expect(await evaluate(expression)).toEqual(expected);
  });

  it('fills gaps up to now, but not before there is anything to repeat', async () => {
    clock = new ManualClock(noon + 4 * minute);
    record('A', 1, 7);
    expect(await evaluate('FILL(m1, 0)')).toEqual([
      [
        [0, 0],
        [1, 7],
        [2, 0],
        [3, 0],
      ],
    ]);
    expect(await evaluate('FILL(m1, REPEAT)')).toEqual([
      [
        [1, 7],
        [2, 7],
        [3, 7],
      ],
    ]);
  });

  it.each([
    ['m1 +', 'it ends too early'],
    ['m1 m2', '"m2" is not expected there'],
    ['m1 & m2', '"& m2" is not understood'],
    ['m3 * 2', 'there is no query with the id "m3"'],
    ['e1 + 1', '"e1" reads itself'],
    ['SUM(m1)', 'it must return a time series, not a single value'],
    ['RATE(m1)', 'the function RATE is not available here'],
    ['constructor(m1)', 'the function CONSTRUCTOR is not available here'],
    [`${'('.repeat(200)}m1`, 'it is nested too deeply'],
    ['METRICS() + METRICS()', 'two lists of metrics cannot be combined'],
  ])('explains what is wrong with %s', async (expression, reason) => {
    await expect(evaluate(expression)).rejects.toMatchObject({
      message: expect.stringContaining(`Error in expression 'e1': ${reason}`),
    });
  });

  it.each([
    [
      'the same id twice',
      [{ Id: 'a' }, { Id: 'a' }].map((q) => ({ ...q, MetricStat: metricStat('A', 'Sum') })),
      /not unique/,
    ],
    ['neither metric nor expression', [{ Id: 'a' }], /Exactly one of/],
    ['a period of 45 s', [{ Id: 'a', MetricStat: metricStat('A', 'Sum', 45) }], /multiple of 60/],
    ['a trimmed mean', [{ Id: 'a', MetricStat: metricStat('A', 'tm90') }], /not available here/],
    [
      'an id in capitals',
      [{ Id: 'A', MetricStat: metricStat('A', 'Sum') }],
      /'metricDataQueries.1.member.id'/,
    ],
    ['nothing to return', [{ Id: 'a', MetricStat: metricStat('A', 'Sum'), ReturnData: false }], /ReturnData/],
  ])('refuses %s', async (_what, queries, message) => {
    await expect(ask(queries)).rejects.toThrow(message);
  });

  it('refuses an empty window and a token of its own invention', async () => {
    const queries = [{ Id: 'a', MetricStat: metricStat('A', 'Sum') }];
    await expect(ask(queries, { EndTime: new Date(noon) })).rejects.toThrow(/StartTime must be less than/);
    await expect(ask(queries, { NextToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });
});

describe('GetMetricStatistics', () => {
  const input = {
    Namespace: 'AWS/SageMaker',
    MetricName: 'ModelLatency',
    Dimensions,
    StartTime: new Date(noon),
    EndTime: new Date(noon + 10 * minute),
    Period: 60,
  };

  it('gives plain statistics or percentiles of each period', async () => {
    record('ModelLatency', 0, 2_000, 3);
    const plain = await client.send(
      new GetMetricStatisticsCommand({ ...input, Statistics: ['Sum', 'SampleCount', 'Average'] }),
    );
    expect(plain.Label).toBe('ModelLatency');
    expect(plain.Datapoints).toEqual([
      { Timestamp: new Date(noon), Sum: 6_000, SampleCount: 3, Average: 2_000, Unit: 'None' },
    ]);
    const extended = await client.send(
      new GetMetricStatisticsCommand({ ...input, ExtendedStatistics: ['p50', 'p99.9'] }),
    );
    expect(extended.Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 2_000, 'p99.9': 2_000 });
  });

  it('refuses too many datapoints, no statistics, and both kinds', async () => {
    const send = (more: object) => client.send(new GetMetricStatisticsCommand({ ...input, ...more }));
    await expect(send({ Statistics: ['Sum'], StartTime: new Date(noon - 2 * 86_400_000) })).rejects.toThrow(
      'You have requested up to 2,890 datapoints, which exceeds the limit of 1,440',
    );
    await expect(send({})).rejects.toMatchObject({ name: 'MissingRequiredParameterException' });
    await expect(send({ Statistics: ['Sum'], ExtendedStatistics: ['p99'] })).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    });
  });
});

describe('PutMetricData', () => {
  const put = (MetricData: MetricDatum[], Namespace = 'Mine') =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData }));
  const read = async (MetricName: string, Stat: string, Period = 60) => {
    const { MetricDataResults } = await ask(
      [{ Id: 'm', MetricStat: { Metric: { Namespace: 'Mine', MetricName }, Stat, Period } }],
      { EndTime: new Date(noon + 60 * minute) },
    );
    return MetricDataResults?.[0]?.Values;
  };

  it('stores single values, values with counts, and sets, to be read at once', async () => {
    await put([
      { MetricName: 'One', Value: 3 },
      { MetricName: 'Many', Values: [1, 5], Counts: [9, 1] },
      { MetricName: 'Set', StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 } },
    ]);
    expect(await read('One', 'Sum')).toEqual([3]);
    expect(await read('Many', 'Average')).toEqual([1.4]);
    expect(await read('Many', 'p90')).toEqual([1]);
    expect(await read('Set', 'Maximum')).toEqual([6]);
    expect(await read('Set', 'p90')).toEqual([]);
  });

  it('keeps seconds where they were asked for', async () => {
    const at = (seconds: number) => new Date(noon + seconds * 1_000);
    await put(
      [0, 5, 10].map((seconds) => ({
        MetricName: 'Fine',
        Value: 1,
        Timestamp: at(seconds),
        StorageResolution: 1,
      })),
    );
    expect(await read('Fine', 'Sum', 10)).toEqual([2, 1]);
    expect(await read('Fine', 'Sum', 1)).toEqual([1, 1, 1]);
  });

  it('takes a thousand data at once, which arrive compressed', async () => {
    await put(Array.from({ length: 1_000 }, (_, i) => ({ MetricName: `M${i}`, Value: i })));
    expect(await read('M999', 'Sum')).toEqual([999]);
  });

  it.each([
    ['a reserved namespace', [{ MetricName: 'A', Value: 1 }], 'AWS/Mine', 'InvalidParameterValueException'],
    [
      'more than a thousand',
      Array.from({ length: 1_001 }, () => ({ MetricName: 'A', Value: 1 })),
      'Mine',
      'InvalidParameterValueException',
    ],
    ['no value at all', [{ MetricName: 'A' }], 'Mine', 'MissingRequiredParameterException'],
    [
      'two kinds of value',
      [{ MetricName: 'A', Value: 1, Values: [1] }],
      'Mine',
      'InvalidParameterCombinationException',
    ],
    [
      'counts without their values',
      [{ MetricName: 'A', Values: [1], Counts: [1, 2] }],
      'Mine',
      'InvalidParameterValueException',
    ],
    [
      'a time long past',
      [{ MetricName: 'A', Value: 1, Timestamp: new Date(noon - 15 * 86_400_000) }],
      'Mine',
      'InvalidParameterValueException',
    ],
    [
      'a time to come',
      [{ MetricName: 'A', Value: 1, Timestamp: new Date(noon + 3 * 3_600_000) }],
      'Mine',
      'InvalidParameterValueException',
    ],
    [
      'a resolution of 10 s',
      [{ MetricName: 'A', Value: 1, StorageResolution: 10 }],
      'Mine',
      'InvalidParameterValueException',
    ],
    ['nothing', [], 'Mine', 'MissingRequiredParameterException'],
    [
      'an unknown unit',
      [{ MetricName: 'A', Value: 1, Unit: 'Parsec' as 'Count' }],
      'Mine',
      'ValidationException',
    ],
  ])('refuses %s, and stores nothing of it', async (_what, data, namespace, name) => {
    await expect(
      put([{ MetricName: 'Fine', Value: 1 }, ...data].slice(data.length ? 0 : 1), namespace),
    ).rejects.toMatchObject({ name });
    expect(store.list(clock.nowMs())).toEqual([]);
  });
});

describe('ListMetrics', () => {
  it('filters by namespace, name, dimension and recency', async () => {
    record('A', 0, 1);
    record('B', -300, 1);
    store.put({
      namespace: 'Mine',
      metricName: 'A',
      dimensions: {},
      unit: 'None',
      atMs: noon,
      resolutionMs: minute,
      values: [{ value: 1, weight: 1 }],
    });
    const names = async (input: object) =>
      (await client.send(new ListMetricsCommand(input))).Metrics?.map(
        ({ Namespace, MetricName }) => `${Namespace} ${MetricName}`,
      );
    expect(await names({})).toEqual(['AWS/SageMaker A', 'AWS/SageMaker B', 'Mine A']);
    expect(await names({ Namespace: 'Mine' })).toEqual(['Mine A']);
    expect(await names({ MetricName: 'B' })).toEqual(['AWS/SageMaker B']);
    expect(await names({ Dimensions: [{ Name: 'EndpointName' }] })).toHaveLength(2);
    expect(await names({ Dimensions: [{ Name: 'EndpointName', Value: 'other' }] })).toEqual([]);
    expect(await names({ RecentlyActive: 'PT3H' })).toEqual(['AWS/SageMaker A', 'Mine A']);
    const listed = await client.send(new ListMetricsCommand({ MetricName: 'B' }));
    expect(listed.Metrics?.[0]?.Dimensions).toEqual(Dimensions);
  });

  it('comes in pages of five hundred', async () => {
    for (let i = 0; i < 1_200; i++) record(`M${i}`, 0, 1);
    const sizes: number[] = [];
    for await (const page of paginateListMetrics({ client }, {})) sizes.push(page.Metrics?.length ?? 0);
    expect(sizes).toEqual([500, 500, 200]);
  });
});
