import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { hostileRun, sampleRun } from './sample-run.ts';
import { headingsOf, tableOf, tilesOf } from './table-of.ts';

describe('a report', () => {
  const { result, timeline } = sampleRun();
  const page = renderReport(result, timeline);

  it('has every section', () => {
    expect(headingsOf(page)).toEqual([
      'What happened',
      'On one clock',
      'Latency',
      'Errors',
      'Expectations',
      'Validity: VALID',
      'Counts',
      'How to read these figures',
    ]);
  });

  it('has the figures of most interest at its head', () => {
    expect(tilesOf(page)).toEqual({
      Requests: ['9,258', '9,250 succeeded'],
      Failed: ['0.09 %', '8 requests'],
      Rate: ['154/s', '200/s offered'],
      'Response p50': ['24.6 ms', 'mean 391 ms'],
      'Response p99': ['2.05 s', 'max 2.31 s'],
      Instances: ['1 → 4 → 1', '1 scale-out, 2 scale-ins'],
      'Cost on AWS': ['$0.186', '1.6 instance hours'],
    });
  });

  it('draws the fleet as far as it was seen, and says when that was', () => {
    const lastSeen = {
      instances: 1,
      at: '2026-01-01T12:03:05.000Z',
      cloudTimeMs: 90_000,
      because: 'gone',
    } as const;
    const scaling = { ...result.scaling, lastSeen } as typeof result.scaling;
    const page = renderReport(
      { ...result, scaling },
      timeline.filter(({ type, cloudTimeMs }) => type !== 'capacity' || cloudTimeMs <= 90_000),
    );
    expect(Math.max(...dataOf(page).capacity.t)).toBe(90);
    expect(page).toContain('1 instance, last seen at 12:03:05 UTC');
  });

  it('says that capacity is emulated, what the time scale is, and what it distorts', () => {
    expect(page).toContain('Capacity is emulated');
    expect(page).toContain('20 times faster than the wall');
    expect(page).toContain('What this distorts');
  });

  it('says neither of a run on AWS', () => {
    const scaling = { ...result.scaling, capacityEmulated: false, timeScale: 1 } as typeof result.scaling;
    const onAws = renderReport({ ...result, scaling }, timeline);
    expect(onAws).not.toContain('emulated');
    expect(onAws).not.toContain('distorts');
  });

  it('allows itself no network, and no script but its own', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('unsafe-inline');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '');
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    expect(page).toContain(`script-src 'sha256-${hash}'`);
  });

  it('names what made a measurement invalid', () => {
    const checks = [
      { name: 'offered', severity: 'error' as const, observed: 0.9, limit: 0.99, passed: false },
    ];
    const invalid = renderReport({ ...result, validity: { verdict: 'INVALID', checks } }, timeline);
    expect(invalid).toContain('cannot be believed: offered failed');
  });

  it('answers two questions: a measurement to believe is no praise of the service', () => {
    const badges = (changes: Partial<typeof result>) => {
      const html = renderReport({ ...result, ...changes }, timeline);
      const found = [...html.matchAll(/class="verdict (\w+)">((?:measurement|expectations): [^<]+)</g)];
      return found.map(([, tone, words]) => `${words} (${tone})`);
    };
    const [missed, met] = result.thresholds;
    const thresholds = met === undefined ? [] : [met];
    const invalid = { ...result.validity, verdict: 'INVALID' as const };
    expect(missed?.passed).toBe(false);
    expect(badges({})).toEqual(['measurement: VALID (neutral)', 'expectations: MISSED (bad)']);
    expect(badges({ thresholds })).toEqual(['measurement: VALID (neutral)', 'expectations: MET (good)']);
    // Nothing about an INVALID run is good.
    expect(badges({ thresholds, validity: invalid })).toEqual([
      'measurement: INVALID (bad)',
      'expectations: MET (warn)',
    ]);
    // A fast answer is no praise of those that failed, where nothing is expected of them.
    const fast = missed === undefined ? [] : [{ ...missed, passed: true }];
    expect(badges({ thresholds: fast })).toEqual([
      'measurement: VALID (neutral)',
      'expectations: MET (warn)',
    ]);
    expect(badges({ thresholds: fast, requests: { ...result.requests, failed: 0 } })).toContain(
      'expectations: MET (good)',
    );
    expect(badges({ thresholds: [] })).toEqual([
      'measurement: VALID (neutral)',
      'expectations: none given (warn)',
    ]);
    expect(renderReport({ ...result, thresholds: [] }, timeline)).toMatch(
      /0\.09 % of the requests failed, and no expectation was given/,
    );
  });

  it('is written of a run of which nobody watched the scaling, and of one without a request', () => {
    const bare = { ...result, scaling: {}, costUsd: {}, errors: [], thresholds: [] };
    expect(renderReport(bare, [])).toContain('No request failed.');
    const summary = Object.fromEntries(Object.keys(result.latencyUs.response).map((key) => [key, null]));
    const nothing = { ...bare, latencyUs: { ...result.latencyUs, response: { ...summary, count: 0 } } };
    const { Response, Service } = tableOf(
      renderReport(nothing as unknown as typeof result, []),
      'Latency',
    ) as Record<'Response' | 'Service', Record<string, string>>;
    expect(new Set(Object.values(Response))).toEqual(new Set(['–']));
    expect(Object.values(Service)).not.toContain('–');
  });

  it('has a table by name of what a scenario did, and only then', () => {
    expect(page).not.toContain('By name');
    const responseUs = { ...result.latencyUs.response, p99: 123_000 };
    const named = { method: 'GET', succeeded: 4_321, failed: 2, meanBodyBytes: 17.5, responseUs };
    const scenario = renderReport(
      {
        ...result,
        flows: { started: 2_000, dropped: 3 },
        requestsByName: { 'list <all>': named },
        exceptions: [{ message: 'Error: no & luck', traceback: 'flow.ts:3:1\nflow.ts:9:2', count: 5 }],
      },
      timeline,
    );
    expect(tableOf(scenario, 'By name')).toEqual({
      'list <all>': {
        ...{ Succeeded: '4,321', Failed: '2', Bytes: '17.5', mean: '391 ms', p50: '24.6 ms', p90: '1.31 s' },
        ...{ p95: '1.7 s', p99: '123 ms', 'p99.9': '2.21 s', max: '2.31 s' },
      },
    });
    expect(scenario).toContain('2,000 flows begun, 3 dropped at the end');
    expect(tableOf(scenario, 'What the scenario threw')).toEqual({
      'Error: no & luck': { Where: 'flow.ts:3:1', Count: '5' },
    });
  });

  it('puts events that come out of order on their places', () => {
    const shuffled = [...timeline].reverse();
    expect(dataOf(renderReport(result, shuffled)).capacity.t).toEqual(dataOf(page).capacity.t);
  });
});

describe('a long run', () => {
  it('makes a report no larger than a short one, and keeps its worst second', () => {
    const { result } = sampleRun();
    const day: TimelineEvent[] = Array.from({ length: 86_400 }, (_, second) => ({
      at: '',
      cloudTimeMs: (second + 1) * 1_000,
      type: 'load',
      elapsedMs: (second + 1) * 1_000,
      intervalMs: 1_000,
      users: 200,
      rateRps: 200 + (second % 7),
      intendedRateRps: null,
      failed: second === 43_210 ? 17 : 0,
      inFlight: 5,
      responseUs: {
        p50: 20_000,
        p95: 30_000,
        p99: second === 12_345 ? 9_000_000 : 40_000 + second,
        max: 9_100_000,
      },
    }));
    const errors = Array.from({ length: 5_000 }, (_, index) => ({
      ...result.errors[0]!,
      message: `${index} ${'x'.repeat(10_000)}`,
    }));
    const page = renderReport({ ...result, errors, scaling: {} }, day);
    expect(page.length).toBeLessThan(600_000);
    const { load } = dataOf(page);
    expect(Math.max(...load.p99)).toBe(9_000);
    expect(Math.max(...load.failedRate)).toBe(17);
    expect(page).toContain('4,950 further kinds of error');
  });
});

describe('hostile strings', () => {
  it('stay text, wherever they come from', () => {
    const { result, timeline } = hostileRun();
    const page = renderReport(result, timeline);
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
  });
});

function dataOf(page: string) {
  const [, json] = /id="chart-data">([\s\S]*?)<\/script>/.exec(page) ?? [];
  return JSON.parse(json ?? '{}') as {
    capacity: { t: number[] };
    load: { p99: number[]; failedRate: number[] };
  };
}
