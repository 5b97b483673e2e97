/**
 * An experiment on a virtual clock: offered load → datapoints → the scaling engine's own steps → instances → queues →
 * what callers feel. Nothing is sent and nothing waits: the cost depends on how long the load lasts, not on its rate.
 *
 *   at each stretch's end   does
 *   instances ready         they join the fleet, empty
 *   a period's end          its datapoints become known (visible after the metric delay)
 *   a minute (10 s for a high-resolution metric; 10 s after a change; a scheduled action's time)   the scaling engine steps, and
 *                           asks for changes
 */
import { createRandom, type Random } from '../../core/random.ts';
import { createLevelCurve, type LevelCurve } from '../../offered/levels/level-curve.ts';
import {
  createFleet,
  type Fleet,
  gapScv,
  resizeFleet,
  type Stretch,
  serveClosed,
  serveOpen,
} from './fleet.ts';
import { emptyTotals, type PeriodTotals } from './predicted-metrics.ts';
import { createQueueModel, type QueueModel } from './queue-model.ts';
import { Recorder } from './recorder.ts';
import type { Simulation, SimulationSpec } from './spec.ts';
import { createVirtualScaling, observeEveryMs, type VirtualScaling } from './virtual-scaling.ts';
import { createVariant, finishChange, type VirtualVariant } from './virtual-variant.ts';

const minuteMs = 60_000;
const rampStepMs = 10_000;

/**
 * The same specification gives the same simulation.
 * @param shared a queue model of the same instance, whose answers are kept between simulations
 * @param detail `summary` leaves out events and minutes, for sweeps
 * @throws MlbenchError `bad-policy`, `unpredictable-metric` (exit code 2)
 */
export function simulate(
  spec: SimulationSpec,
  shared: QueueModel = createQueueModel(spec.instance),
  detail: 'full' | 'summary' = 'full',
): Simulation {
  return new Simulator(spec, shared, detail).run();
}

class Simulator {
  readonly #spec: SimulationSpec;
  readonly #queue: QueueModel;
  readonly #curve: LevelCurve;
  readonly #random: Random;
  readonly #variant: VirtualVariant;
  readonly #fleet: Fleet;
  readonly #scaling: VirtualScaling | null;
  readonly #recorder: Recorder;
  readonly #minute = emptyTotals(minuteMs);
  /** Totals of every period that runs: of the minute, and of each metric's. */
  readonly #running: readonly PeriodTotals[];
  readonly #endMs: number;
  /** The scaling engine looks at the variant after a change. */
  #observeAtMs = Number.POSITIVE_INFINITY;

  constructor(spec: SimulationSpec, queue: QueueModel, detail: 'full' | 'summary') {
    const { instances, autoscaling, startMs, settleMs } = spec;
    this.#spec = spec;
    this.#queue = queue;
    this.#curve = createLevelCurve(spec.load.levels);
    this.#random = createRandom(spec.seed);
    this.#variant = createVariant(instances);
    this.#fleet = createFleet(instances);
    this.#scaling = autoscaling && createVirtualScaling(autoscaling, instances, spec.instance, spec);
    this.#recorder = new Recorder(spec, detail, this.#scaling);
    this.#running = [this.#minute, ...(this.#scaling?.running ?? [])];
    this.#endMs = startMs + this.#curve.endMs + settleMs;
  }

  run(): Simulation {
    const { startMs } = this.#spec;
    this.#scale(startMs);
    for (let nowMs = startMs; nowMs < this.#endMs; ) {
      const scheduledMs = this.#scaling?.nextScheduledMs() ?? Number.POSITIVE_INFINITY;
      const stretchMs = Math.min(
        this.#stretchEnd(nowMs),
        this.#observeAtMs,
        Math.max(scheduledMs, nowMs + 1),
      );
      const nextMs = Math.min(this.#endMs, stretchMs);
      this.#serve(nowMs, nextMs);
      nowMs = nextMs;
      this.#endStretch(nowMs, scheduledMs);
    }
    return this.#recorder.finish(this.#endMs);
  }

  #endStretch(nowMs: number, scheduledMs: number): void {
    this.#scaling?.endPeriods(nowMs);
    if (nowMs % minuteMs === 0 || nowMs === this.#endMs) {
      this.#recorder.endMinute(nowMs, this.#minute, this.#variant);
      Object.assign(this.#minute, emptyTotals(minuteMs));
    }
    if (nowMs >= this.#variant.readyAtMs) {
      finishChange(this.#variant, nowMs);
      this.#showCount(nowMs);
      this.#observeAtMs = Math.ceil(nowMs / observeEveryMs) * observeEveryMs;
    }
    const looks = nowMs % (this.#scaling?.evaluateEveryMs ?? minuteMs) === 0 || nowMs >= scheduledMs;
    if (!looks && nowMs !== this.#observeAtMs) return;
    if (nowMs === this.#observeAtMs) this.#observeAtMs = Number.POSITIVE_INFINITY;
    this.#scale(nowMs);
  }

  #scale(nowMs: number): void {
    if (!this.#scaling) return;
    const before = this.#variant.current;
    const { events, commands } = this.#scaling.advance(nowMs, this.#variant);
    this.#recorder.scaling(events);
    for (const command of commands) this.#recorder.asked(nowMs, command, before);
    if (commands.length > 0) this.#showCount(nowMs);
  }

  #showCount(nowMs: number): void {
    resizeFleet(this.#fleet, this.#variant.current);
    this.#recorder.capacity(nowMs, this.#variant);
  }

  #serve(fromMs: number, toMs: number): void {
    const { startMs, load } = this.#spec;
    const { callers } = load;
    const queue = this.#queue;
    const durationMs = toMs - fromMs;
    const level = this.#curve.mean(fromMs - startMs, toMs - startMs);
    const onStretch = (stretch: Stretch) =>
      this.#recorder.stretch(stretch, this.#running, queue.meanServiceUs);
    let requests: number;
    if (callers.drivenBy === 'arrivals') {
      const expected = (level * durationMs) / 1_000;
      requests = callers.spacing === 'poisson' ? poisson(expected, this.#random) : expected;
      const scv = gapScv(callers, this.#variant.current);
      serveOpen(this.#fleet, queue, requests, durationMs, scv, onStretch);
    } else {
      requests = serveClosed(this.#fleet, queue, callers.cycle, level, durationMs, onStretch);
      this.#recorder.users(level);
    }
    count(this.#running, requests, durationMs, this.#variant, queue);
  }

  #stretchEnd(nowMs: number): number {
    const { startMs } = this.#spec;
    const { readyAtMs } = this.#variant;
    const curve = this.#curve;
    const relativeMs = nowMs - startMs;
    const nextOf = (everyMs: number) => (Math.floor(nowMs / everyMs) + 1) * everyMs;
    const changeMs = startMs + curve.nextChangeMs(relativeMs);
    let endMs = Math.min(nextOf(this.#scaling?.evaluateEveryMs ?? minuteMs), changeMs);
    if (readyAtMs > nowMs) endMs = Math.min(endMs, readyAtMs);
    // A ramp is climbed in steps.
    const [here, there] = [curve.at(relativeMs), curve.mean(endMs - startMs - 1, endMs - startMs)];
    if (Math.abs(there - here) > 0.02 * Math.max(here, there)) endMs = Math.min(endMs, nextOf(rampStepMs));
    return endMs;
  }
}

function count(
  running: readonly PeriodTotals[],
  requests: number,
  durationMs: number,
  variant: VirtualVariant,
  queue: QueueModel,
): void {
  for (const totals of running) {
    totals.requests += requests;
    totals.perInstance += requests / variant.current;
    totals.instanceMs += durationMs * variant.current;
    // The most that one held: what is on it on average, and twice the spread that chance gives it.
    const served =
      Math.min(requests / durationMs, (queue.maxRps / 1_000) * variant.current) / variant.current;
    const held = (served * queue.meanServiceUs) / 1_000;
    const waiting = totals.instanceMs > 0 ? totals.waitingMs / totals.instanceMs : 0;
    const most = queue.instance.concurrency + queue.instance.queue;
    const peak = requests > 0 ? Math.min(most, Math.ceil(held + waiting + 2 * Math.sqrt(held))) : 0;
    totals.peakInFlight = Math.max(totals.peakInFlight, peak);
  }
}

/** Knuth's product for few, the normal curve for many. */
function poisson(mean: number, random: Random): number {
  if (mean > 60) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let drawn = 0;
  for (let product = random.next(); product > limit; product *= random.next()) drawn += 1;
  return drawn;
}
