/** Gathers what a simulation shows: minutes, timeline events, the summary. */

import type { TimelineEvent, TimelineFact } from '../../record/schemas/timeline.ts';
import type { ScalingCommand, ScalingEvent } from '../engine/state.ts';

import type { Stretch } from './fleet.ts';
import { addBins, binCount, countAbove, quantilesUs } from './latency-bins.ts';
import type { PeriodTotals } from './predicted-metrics.ts';
import type { Regime } from './queue-model.ts';
import type { CapacityChange, SimulatedMinute, Simulation, SimulationSpec } from './spec.ts';
import type { VirtualScaling } from './virtual-scaling.ts';
import { observed, type VirtualVariant } from './virtual-variant.ts';

export interface Recorder {
  stretch(stretch: Stretch, running: readonly PeriodTotals[], serviceUs: number): void;
  users(users: number): void;
  capacity(atMs: number, variant: VirtualVariant): void;
  scaling(events: readonly ScalingEvent[]): void;
  asked(atMs: number, command: ScalingCommand, from: number): void;
  endMinute(atMs: number, totals: PeriodTotals, variant: VirtualVariant): void;
  finish(endMs: number): Simulation;
}

const minuteMs = 60_000;
const shownShares = [0.5, 0.95, 0.99, 0.999];

export function createRecorder(
  spec: SimulationSpec,
  detail: 'full' | 'summary',
  scaling: VirtualScaling | null,
): Recorder {
  const { startMs, sloUs } = spec;
  const full = detail === 'full';
  const facts: { atMs: number; fact: TimelineFact }[] = [];
  const minutes: SimulatedMinute[] = [];
  const changes: (CapacityChange & { activityId: string })[] = [];
  const causes = new Map<string, string>();
  const lateShares = new Map<Regime, number>();
  let minuteWeights = new Map<Regime, number>();
  const weights = new Map<Regime, number>();
  const requests = { offered: 0, served: 0, dropped: 0, late: 0 };
  const minute = { dropped: 0, late: 0, users: 0 };
  let minuteFromMs = startMs;
  let instanceMs = 0;
  let atEnd = spec.instances;
  let max = spec.instances;

  const tell = (atMs: number, fact: TimelineFact) => {
    if (full) facts.push({ atMs, fact });
  };
  const lateShareOf = (regime: Regime) => {
    let share = lateShares.get(regime);
    if (share === undefined) {
      const above = countAbove(regime.response, sloUs);
      // Less than one of a billion requests is none.
      share = above < 1e-9 ? 0 : above;
      lateShares.set(regime, share);
    }
    return share;
  };
  tell(startMs, { type: 'phase', phase: 'load-started', message: 'the load starts' });
  tell(startMs, {
    type: 'capacity',
    current: spec.instances,
    desired: spec.instances,
    endpointStatus: 'InService',
  });

  return {
    stretch({ requests: offered, regime }, running, serviceUs) {
      const dropped = offered * regime.refusedShare;
      const served = offered - dropped;
      if (served > 0) {
        const into = full ? minuteWeights : weights;
        into.set(regime, (into.get(regime) ?? 0) + served);
      }
      minute.dropped += dropped;
      minute.late += served * lateShareOf(regime);
      for (const totals of running) {
        totals.refused += dropped;
        totals.busySlotMs += (served * serviceUs) / 1_000;
        totals.waitingMs += (served * regime.meanWaitUs) / 1_000;
        totals.responseUs += served * (serviceUs + regime.meanWaitUs);
      }
    },
    users: (users) => {
      minute.users = users;
    },
    capacity(atMs, variant) {
      const { endpointStatus, current, desired } = observed(variant);
      tell(atMs, { type: 'capacity', current, desired, endpointStatus });
      if (endpointStatus === 'InService') {
        const open = changes.findLast((change) => change.doneMs === null);
        if (open) open.doneMs = atMs - startMs;
      }
      max = Math.max(max, current);
      atEnd = current;
    },
    scaling(events) {
      for (const event of events) {
        if (event.type === 'activity') causes.set(event.activity.activityId, event.activity.cause);
        const fact = full ? factOf(event) : null;
        if (fact) tell(event.atMs, fact);
      }
    },
    asked(atMs, { activityId, count }, from) {
      const cause = causes.get(activityId) ?? '';
      const sinceMs = scaling?.breachedSinceMs(cause) ?? null;
      changes.push({
        activityId,
        direction: count > from ? 'out' : 'in',
        from,
        to: count,
        askedMs: atMs - startMs,
        doneMs: null,
        cause,
        breachedSinceMs: sinceMs === null ? null : sinceMs - startMs,
      });
    },
    endMinute(atMs, totals, variant) {
      instanceMs += totals.instanceMs;
      requests.offered += totals.requests;
      requests.dropped += minute.dropped;
      requests.late += minute.late;
      if (full) {
        const latencies = quantilesOf(minuteWeights);
        const row = minuteRow(atMs, totals, variant, latencies);
        minutes.push(row);
        tellLoad(atMs, row, latencies, totals);
        for (const [regime, weight] of minuteWeights)
          weights.set(regime, (weights.get(regime) ?? 0) + weight);
        minuteWeights = new Map();
      }
      minute.dropped = 0;
      minute.late = 0;
      minuteFromMs = atMs;
    },
    finish(endMs) {
      requests.served = requests.offered - requests.dropped;
      tellMetrics();
      const loadEndMs = startMs + (spec.load.levels.at(-1)?.toMs ?? 0);
      tell(loadEndMs, { type: 'phase', phase: 'load-ended', message: 'the load has ended' });
      const [p50, p95, p99, p99_9] = (quantilesOf(weights) ?? []).map(Math.round);
      const hours = instanceMs / 3_600_000;
      return {
        events: facts
          .sort((a, b) => a.atMs - b.atMs)
          .map(
            ({ atMs, fact }): TimelineEvent => ({
              at: new Date(atMs).toISOString(),
              cloudTimeMs: atMs - startMs,
              ...fact,
            }),
          ),
        minutes,
        summary: {
          durationMs: endMs - startMs,
          requests,
          sloMissShare: requests.offered > 0 ? (requests.dropped + requests.late) / requests.offered : 0,
          sloUs,
          responseUs:
            p50 === undefined ? null : { p50, p95: p95 ?? p50, p99: p99 ?? p50, p99_9: p99_9 ?? p50 },
          instances: { atStart: spec.instances, max, atEnd, hours },
          scaleOuts: changes.filter(({ direction }) => direction === 'out').length,
          scaleIns: changes.filter(({ direction }) => direction === 'in').length,
          changes: changes.map(({ activityId: _id, ...change }) => change),
          costUsd: spec.hourlyPriceUsd === null ? null : hours * spec.hourlyPriceUsd,
        },
      };
    },
  };

  function minuteRow(
    atMs: number,
    totals: PeriodTotals,
    variant: VirtualVariant,
    latencies: readonly number[] | null,
  ): SimulatedMinute {
    const shown = scaling?.shown ?? null;
    const fromMs = Math.floor((atMs - 1) / minuteMs) * minuteMs;
    // Of a metric of 10 s, the minute's highest; a minute that has not ended has no datapoint.
    let metric: number | null = null;
    for (let i = (shown?.history.length ?? 0) - 1; i >= 0; i--) {
      const point = shown!.history[i]!;
      if (point.periodStartMs < fromMs) break;
      metric = Math.max(metric ?? 0, point.value);
    }
    return {
      minute: Math.floor(fromMs / minuteMs) - Math.floor(startMs / minuteMs),
      instances: variant.current,
      desired: variant.desired,
      metric,
      rateRps: tidy((totals.requests * 1_000) / (atMs - minuteFromMs)),
      requests: tidy(totals.requests),
      dropped: tidy(minute.dropped),
      late: tidy(minute.late),
      responseUsP50: wholeUs(latencies?.[0]),
      responseUsP95: wholeUs(latencies?.[1]),
      responseUsP99: wholeUs(latencies?.[2]),
    };
  }

  function tellLoad(
    atMs: number,
    row: SimulatedMinute,
    latencies: readonly number[] | null,
    totals: PeriodTotals,
  ): void {
    const [p50, p95, p99, p99_9] = (latencies ?? []).map(Math.round);
    tell(atMs, {
      type: 'load',
      elapsedMs: atMs - startMs,
      intervalMs: atMs - minuteFromMs,
      users: minute.users,
      rateRps: row.rateRps,
      intendedRateRps: spec.load.callers.drivenBy === 'arrivals' ? row.rateRps : null,
      failed: row.dropped,
      inFlight: Math.round((totals.busySlotMs + totals.waitingMs) / (atMs - minuteFromMs)),
      responseUs: p50 === undefined ? null : { p50, p95: p95!, p99: p99!, max: p99_9! },
    });
  }

  function tellMetrics(): void {
    const shown = scaling?.shown;
    if (!full || !shown) return;
    for (const { periodStartMs, value } of shown.history)
      tell(periodStartMs, {
        type: 'metric',
        metricName: shown.metricName,
        statistic: shown.statistic,
        periodSeconds: shown.periodMs / 1_000,
        value,
        target: shown.target,
      });
  }
}

/** A model's fractions of a request, without the noise of binary arithmetic. */
function tidy(value: number): number {
  return Number(value.toFixed(6));
}

function wholeUs(us: number | undefined): number | null {
  return us === undefined ? null : Math.round(us);
}

const ownQuantiles = new WeakMap<Regime, number[]>();

function quantilesOf(weights: ReadonlyMap<Regime, number>): number[] | null {
  const [only] = weights.keys();
  if (!only) return null;
  if (weights.size === 1) {
    let found = ownQuantiles.get(only);
    if (!found) {
      found = quantilesUs(only.response, shownShares) ?? [];
      ownQuantiles.set(only, found);
    }
    return found.length > 0 ? found : null;
  }
  const bins = new Float64Array(binCount);
  for (const [regime, weight] of weights) addBins(bins, regime.response, weight);
  return quantilesUs(bins, shownShares);
}

/** As `watch-scaling` tells it: what was not scaled stays in the engine's own activities. */
function factOf(event: ScalingEvent): TimelineFact | null {
  if (event.type === 'alarm-state') {
    const { alarmName, previous, next } = event;
    const side = alarmName.includes('-AlarmHigh-')
      ? 'high'
      : alarmName.includes('-AlarmLow-')
        ? 'low'
        : 'other';
    return {
      type: 'alarm',
      alarmName,
      side,
      state: next.state,
      previousState: previous.state,
      reason: next.reason,
    };
  }
  if (event.type !== 'activity') return null;
  const { activityId, status, description, cause, statusMessage, notScaledReasons } = event.activity;
  if (status === 'Pending' || notScaledReasons.length > 0) return null;
  return { type: 'activity', activityId, status, description, cause, statusMessage: statusMessage ?? '' };
}
