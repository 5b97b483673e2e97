import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/scaling/simulate/simulate.ts';
import { invocationsPolicy, minuteMs, sampleSpec, steps } from './sample-spec.ts';

describe('a simulated burst', () => {
  // As docs/scaling.md tells it, and the engine's own test.
  const { events, summary } = simulate(
    sampleSpec(steps([2, 0.5], [8, 200 / 60], [15, 400 / 60], [27, 0]), { removalTimeMs: 240_000 }),
  );

  it('is decided minute by minute as on the stand-in', () => {
    expect(
      summary.changes.map(({ from, to, askedMs, doneMs }) => [
        from,
        to,
        askedMs / minuteMs,
        (doneMs ?? 0) / minuteMs,
      ]),
    ).toEqual([
      [1, 4, 6, 10],
      [4, 7, 15, 19],
      [7, 1, 41, 45],
    ]);
  });

  it('is told as watch-scaling tells it, in order of time', () => {
    const told = events
      .filter(({ type }) => type === 'alarm' || type === 'capacity' || type === 'activity')
      .slice(0, 8)
      .map((event) => {
        const minute = event.cloudTimeMs / minuteMs;
        if (event.type === 'alarm') return `${minute} ${event.side} ${event.previousState} → ${event.state}`;
        if (event.type === 'capacity')
          return `${minute} ${event.current} of ${event.desired} ${event.endpointStatus}`;
        return `${minute} ${event.type === 'activity' ? event.status : ''}`;
      });
    expect(told).toEqual([
      '0 1 of 1 InService',
      '2 high INSUFFICIENT_DATA → OK',
      '4 low INSUFFICIENT_DATA → OK',
      '6 high OK → ALARM',
      '6 InProgress',
      '6 1 of 4 Updating',
      '10 4 of 4 InService',
      '10 Successful',
    ]);
    expect(events[0]).toMatchObject({ type: 'phase', at: '2026-11-22T15:00:00.000Z', cloudTimeMs: 0 });
    const times = events.map(({ cloudTimeMs }) => cloudTimeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('says since when the alarm was breached, and what the fleet cost', () => {
    expect(summary.changes[0]?.breachedSinceMs).toBe(2 * minuteMs);
    expect(summary.changes[2]?.breachedSinceMs).toBe(25 * minuteMs);
    // 10 minutes of 1, 9 of 4, 22 of 7, 11 of 1.
    expect(summary.instances.hours).toBeCloseTo((10 + 36 + 154 + 11) / 60, 9);
    expect(summary.costUsd).toBeCloseTo(summary.instances.hours * 0.115, 9);
  });
});

describe('the published report: target 1,500, 20,000 requests a minute, cooldowns of 10 s and 100 s', () => {
  it('with a metric delay of 180 s: out 5 to 12 minutes after the breach; in after 18, where 25 and more were reported', () => {
    const { changes } = simulate(
      sampleSpec(steps([10, 0], [40, 20_000 / 60], [60, 0]), {
        metricDelayMs: 180_000,
        autoscaling: {
          minCapacity: 1,
          maxCapacity: 20,
          policies: [invocationsPolicy(1_500, { out: 10, in: 100 })],
        },
      }),
    ).summary;
    const first = changes[0]!;
    const out = (first.askedMs - 10 * minuteMs) / minuteMs;
    expect(out).toBeGreaterThan(5);
    expect(out).toBeLessThanOrEqual(12);
    const scaleIn = changes.find(({ direction, askedMs }) => direction === 'in' && askedMs > 50 * minuteMs);
    expect(((scaleIn?.askedMs ?? 0) - 50 * minuteMs) / minuteMs).toBe(18);
  });
});

describe('what callers feel', () => {
  it('a queue that fills refuses what is too much, and new instances relieve those who come', () => {
    const { minutes } = simulate(
      sampleSpec(steps([5, 20], [25, 150]), {
        autoscaling: { minCapacity: 1, maxCapacity: 4, policies: [invocationsPolicy(3_100)] },
      }),
    );
    const full = minutes[8]!;
    expect(full.dropped).toBeCloseTo(50 * 60, -1);
    expect(full.responseUsP50).toBeGreaterThan(2_500_000);
    const relieved = minutes[20]!;
    expect(relieved.instances).toBe(3);
    expect(relieved.dropped).toBe(0);
    expect(relieved.responseUsP50).toBeLessThan(21_000);
  });

  it('users who wait for their answers never overload the metric: an overloaded instance hides demand', () => {
    const spec = sampleSpec(steps([20, 400]), { autoscaling: null });
    const { minutes } = simulate({
      ...spec,
      load: {
        callers: { drivenBy: 'users', cycle: { kind: 'pacing', meanMs: 1_000 } },
        levels: spec.load.levels,
      },
      instance: { ...spec.instance, queue: 1_000 },
    });
    // 400 users who would like one request a second each, on an instance that serves 100 a second.
    expect(minutes[5]?.rateRps).toBeCloseTo(100, 6);
    expect((minutes[5]?.responseUsP50 ?? 0) / 1_000_000).toBeCloseTo(4, 1);
    expect(minutes[5]?.dropped).toBe(0);
  });

  it('a high-resolution policy acts within a minute of the first look', () => {
    const policy = {
      PolicyName: 'concurrency',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 5,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
        },
      },
    };
    const { changes } = simulate(
      sampleSpec(steps([5, 20], [15, 150]), {
        metricDelayMs: 0,
        autoscaling: { minCapacity: 1, maxCapacity: 4, policies: [policy] },
      }),
    ).summary;
    expect((changes[0]?.askedMs ?? 0) - 5 * minuteMs).toBeLessThanOrEqual(40_000);
  });

  it('a policy on what cannot be predicted is refused with a remedy', () => {
    const policy = {
      PolicyName: 'queue-length',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 5,
        CustomizedMetricSpecification: { Namespace: 'Mine', MetricName: 'QueueLength', Statistic: 'Average' },
      },
    };
    const spec = sampleSpec(steps([5, 20]), {
      autoscaling: { minCapacity: 1, maxCapacity: 4, policies: [policy] },
    });
    expect(() => simulate(spec)).toThrow(/Mine QueueLength \(Average\), which cannot be predicted/);
  });
});
