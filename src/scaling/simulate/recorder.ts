import type { ScalingCommand, ScalingEvent } from '../engine/state.ts';
import { CapacityChanges } from './capacity-changes.ts';
import type { Stretch } from './fleet.ts';
import { countAbove } from './latency-bins.ts';
import type { PeriodTotals } from './predicted-metrics.ts';
import type { Regime } from './queue-model.ts';
import { ResponseMix } from './response-mix.ts';
import type { SimulatedMinute, Simulation, SimulationSpec, SimulationSummary } from './spec.ts';
import { ToldFacts } from './told-facts.ts';
import type { VirtualScaling } from './virtual-scaling.ts';
import { observed, type VirtualVariant } from './virtual-variant.ts';

const minuteMs = 60_000;

/** Gathers what a simulation shows: minutes, timeline events, the summary. */
export class Recorder {
  readonly #spec: SimulationSpec;
  readonly #scaling: VirtualScaling | null;
  /** Null: the summary alone is wanted. */
  readonly #facts: ToldFacts | null;
  readonly #minutes: SimulatedMinute[] = [];
  readonly #changes: CapacityChanges;
  readonly #lateShares = new Map<Regime, number>();
  readonly #minuteMix = new ResponseMix();
  readonly #mix = new ResponseMix();
  readonly #requests = { offered: 0, served: 0, dropped: 0, late: 0 };
  readonly #minute = { dropped: 0, late: 0, users: 0 };
  #minuteFromMs: number;
  #instanceMs = 0;
  #atEnd: number;
  #max: number;

  constructor(spec: SimulationSpec, detail: 'full' | 'summary', scaling: VirtualScaling | null) {
    const { startMs, instances } = spec;
    this.#spec = spec;
    this.#scaling = scaling;
    this.#facts = detail === 'full' ? new ToldFacts(startMs) : null;
    this.#changes = new CapacityChanges(startMs, scaling);
    this.#minuteFromMs = startMs;
    this.#atEnd = instances;
    this.#max = instances;
    this.#facts?.tell(startMs, { type: 'phase', phase: 'load-started', message: 'the load starts' });
    this.#facts?.tell(startMs, {
      type: 'capacity',
      current: instances,
      desired: instances,
      endpointStatus: 'InService',
    });
  }

  stretch({ requests: offered, regime }: Stretch, running: readonly PeriodTotals[], serviceUs: number): void {
    const dropped = offered * regime.refusedShare;
    const served = offered - dropped;
    if (served > 0) this.#minuteMix.add(regime, served);
    this.#minute.dropped += dropped;
    this.#minute.late += served * this.#lateShareOf(regime);
    for (const totals of running) {
      totals.refused += dropped;
      totals.busySlotMs += (served * serviceUs) / 1_000;
      totals.waitingMs += (served * regime.meanWaitUs) / 1_000;
      totals.responseUs += served * (serviceUs + regime.meanWaitUs);
    }
  }

  users(users: number): void {
    this.#minute.users = users;
  }

  capacity(atMs: number, variant: VirtualVariant): void {
    const { endpointStatus, current, desired } = observed(variant);
    this.#facts?.tell(atMs, { type: 'capacity', current, desired, endpointStatus });
    if (endpointStatus === 'InService') this.#changes.done(atMs);
    this.#max = Math.max(this.#max, current);
    this.#atEnd = current;
  }

  scaling(events: readonly ScalingEvent[]): void {
    for (const event of events) {
      this.#changes.learnCause(event);
      this.#facts?.tellScaling(event);
    }
  }

  asked(atMs: number, command: ScalingCommand, from: number): void {
    this.#changes.asked(atMs, command, from);
  }

  endMinute(atMs: number, totals: PeriodTotals, variant: VirtualVariant): void {
    this.#instanceMs += totals.instanceMs;
    this.#requests.offered += totals.requests;
    this.#requests.dropped += this.#minute.dropped;
    this.#requests.late += this.#minute.late;
    if (this.#facts) this.#tellMinute(this.#facts, atMs, totals, variant);
    this.#mix.addAll(this.#minuteMix);
    this.#minuteMix.clear();
    this.#minute.dropped = 0;
    this.#minute.late = 0;
    this.#minuteFromMs = atMs;
  }

  finish(endMs: number): Simulation {
    const { startMs, load } = this.#spec;
    this.#requests.served = this.#requests.offered - this.#requests.dropped;
    if (this.#scaling?.shown) this.#facts?.tellMetric(this.#scaling.shown);
    const loadEndMs = startMs + (load.levels.at(-1)?.toMs ?? 0);
    this.#facts?.tell(loadEndMs, { type: 'phase', phase: 'load-ended', message: 'the load has ended' });
    return {
      events: this.#facts?.events() ?? [],
      minutes: this.#minutes,
      summary: this.#summarise(endMs - startMs),
    };
  }

  #summarise(durationMs: number): SimulationSummary {
    const { sloUs, instances, hourlyPriceUsd } = this.#spec;
    const { offered, dropped, late } = this.#requests;
    const [p50, p95, p99, p99_9] = (this.#mix.quantilesUs() ?? []).map(Math.round);
    const hours = this.#instanceMs / 3_600_000;
    const changes = this.#changes.list();
    return {
      durationMs,
      requests: this.#requests,
      sloMissShare: offered > 0 ? (dropped + late) / offered : 0,
      sloUs,
      responseUs: p50 === undefined ? null : { p50, p95: p95 ?? p50, p99: p99 ?? p50, p99_9: p99_9 ?? p50 },
      instances: { atStart: instances, max: this.#max, atEnd: this.#atEnd, hours },
      scaleOuts: changes.filter(({ direction }) => direction === 'out').length,
      scaleIns: changes.filter(({ direction }) => direction === 'in').length,
      changes,
      costUsd: hourlyPriceUsd === null ? null : hours * hourlyPriceUsd,
    };
  }

  #tellMinute(facts: ToldFacts, atMs: number, totals: PeriodTotals, variant: VirtualVariant): void {
    const [p50, p95, p99, p99_9] = (this.#minuteMix.quantilesUs() ?? []).map(Math.round);
    const { startMs, load } = this.#spec;
    const { dropped, late, users } = this.#minute;
    const intervalMs = atMs - this.#minuteFromMs;
    const fromMs = Math.floor((atMs - 1) / minuteMs) * minuteMs;
    const rateRps = tidy((totals.requests * 1_000) / intervalMs);
    this.#minutes.push({
      minute: Math.floor(fromMs / minuteMs) - Math.floor(startMs / minuteMs),
      instances: variant.current,
      desired: variant.desired,
      metric: highestSince(fromMs, this.#scaling?.shown?.history ?? []),
      rateRps,
      requests: tidy(totals.requests),
      dropped: tidy(dropped),
      late: tidy(late),
      responseUsP50: p50 ?? null,
      responseUsP95: p95 ?? null,
      responseUsP99: p99 ?? null,
    });
    facts.tell(atMs, {
      type: 'load',
      elapsedMs: atMs - startMs,
      intervalMs,
      users,
      rateRps,
      intendedRateRps: load.callers.drivenBy === 'arrivals' ? rateRps : null,
      failed: tidy(dropped),
      inFlight: Math.round((totals.busySlotMs + totals.waitingMs) / intervalMs),
      responseUs: p50 === undefined ? null : { p50, p95: p95!, p99: p99!, max: p99_9! },
    });
  }

  #lateShareOf(regime: Regime): number {
    let share = this.#lateShares.get(regime);
    if (share === undefined) {
      const above = countAbove(regime.response, this.#spec.sloUs);
      // Less than one of a billion requests is none.
      share = above < 1e-9 ? 0 : above;
      this.#lateShares.set(regime, share);
    }
    return share;
  }
}

/** Of a metric of 10 s, the minute's highest; a minute that has not ended has no datapoint. */
function highestSince(
  fromMs: number,
  history: readonly { periodStartMs: number; value: number }[],
): number | null {
  let highest: number | null = null;
  for (let index = history.length - 1; index >= 0; index--) {
    const point = history[index]!;
    if (point.periodStartMs < fromMs) break;
    highest = Math.max(highest ?? 0, point.value);
  }
  return highest;
}

/** A model's fractions of a request, without the noise of binary arithmetic. */
function tidy(value: number): number {
  return Number(value.toFixed(6));
}
