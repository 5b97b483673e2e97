/**
 * An experiment on a virtual clock: offered load → datapoints → the scaling engine's own steps → instances → queues → what
 * callers feel. Nothing is sent and nothing waits: the cost depends on how long the load lasts, not on its rate.
 *
 *   at each stretch's end   does
 *   instances ready         they join the fleet, empty
 *   a period's end          its datapoints become known (visible after the metric delay)
 *   a minute (10 s for a high-resolution metric; 10 s after a change; a scheduled action's time)   the engine steps, and asks for
 *                           changes
 */
import { createRandom, type Random } from '../../core/random.ts';
import { createLevelCurve, type LevelCurve } from '../../offered/levels/level-curve.ts';
import { createFleet, gapScv, resizeFleet, type Stretch, serveClosed, serveOpen } from './fleet.ts';
import { emptyTotals, type PeriodTotals } from './predicted-metrics.ts';
import { createQueueModel, type QueueModel } from './queue-model.ts';
import { createRecorder } from './recorder.ts';
import type { Simulation, SimulationSpec } from './spec.ts';
import { createVirtualScaling, observeEveryMs, type VirtualScaling } from './virtual-scaling.ts';
import { createVariant, settleCount, type VirtualVariant } from './virtual-variant.ts';

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
  const curve = createLevelCurve(spec.load.levels);
  const random = createRandom(spec.seed);
  const variant = createVariant(spec.instances);
  const fleet = createFleet(spec.instances);
  const scaling =
    spec.autoscaling && createVirtualScaling(spec.autoscaling, spec.instances, size(spec), spec);
  const minute = emptyTotals(minuteMs);
  const running = [minute, ...(scaling?.running ?? [])];
  const recorder = createRecorder(spec, detail, scaling);
  const endMs = spec.startMs + curve.endMs + spec.settleMs;
  let observeAtMs = Number.POSITIVE_INFINITY;

  if (scaling) step(spec.startMs);
  for (let nowMs = spec.startMs; nowMs < endMs; ) {
    const scheduledMs = scaling?.nextScheduledMs() ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(
      endMs,
      stretchEnd(nowMs, spec, curve, variant, scaling),
      observeAtMs,
      Math.max(scheduledMs, nowMs + 1),
    );
    serve(nowMs, nextMs);
    nowMs = nextMs;
    scaling?.endPeriods(nowMs);
    if (nowMs % minuteMs === 0 || nowMs === endMs) {
      recorder.endMinute(nowMs, minute, variant);
      Object.assign(minute, emptyTotals(minuteMs));
    }
    if (nowMs >= variant.readyAtMs) {
      settleCount(variant, nowMs);
      resizeFleet(fleet, variant.current);
      recorder.capacity(nowMs, variant);
      if (scaling) observeAtMs = Math.ceil(nowMs / observeEveryMs) * observeEveryMs;
    }
    const looks = nowMs % (scaling?.evaluateEveryMs ?? minuteMs) === 0 || nowMs >= scheduledMs;
    if (scaling && (looks || nowMs === observeAtMs)) {
      if (nowMs === observeAtMs) observeAtMs = Number.POSITIVE_INFINITY;
      step(nowMs);
    }
  }
  return recorder.finish(endMs);

  function step(nowMs: number): void {
    if (!scaling) return;
    const before = variant.current;
    const { events, commands } = scaling.advance(nowMs, variant);
    recorder.scaling(events);
    for (const command of commands) recorder.asked(nowMs, command, before);
    if (commands.length > 0) {
      resizeFleet(fleet, variant.current);
      recorder.capacity(nowMs, variant);
    }
  }

  function serve(fromMs: number, toMs: number): void {
    const durationMs = toMs - fromMs;
    const level = curve.mean(fromMs - spec.startMs, toMs - spec.startMs);
    const onStretch = (stretch: Stretch) => recorder.stretch(stretch, running, shared.meanServiceUs);
    let requests: number;
    const { callers } = spec.load;
    if (callers.drivenBy === 'arrivals') {
      const expected = (level * durationMs) / 1_000;
      requests = callers.spacing === 'poisson' ? poisson(expected, random) : expected;
      serveOpen(fleet, shared, requests, durationMs, gapScv(callers, variant.current), onStretch);
    } else {
      requests = serveClosed(fleet, shared, callers.cycle, level, durationMs, onStretch);
      recorder.users(level);
    }
    count(running, requests, durationMs, variant, shared);
  }
}

function size({ instance }: SimulationSpec) {
  return { concurrency: instance.concurrency, vcpus: instance.vcpus };
}

function stretchEnd(
  nowMs: number,
  spec: SimulationSpec,
  curve: LevelCurve,
  variant: VirtualVariant,
  scaling: VirtualScaling | null,
): number {
  const relativeMs = nowMs - spec.startMs;
  const nextOf = (everyMs: number) => (Math.floor(nowMs / everyMs) + 1) * everyMs;
  const changeMs = curve.nextChangeMs(relativeMs);
  let endMs = Math.min(nextOf(scaling?.evaluateEveryMs ?? minuteMs), spec.startMs + changeMs);
  if (variant.readyAtMs > nowMs) endMs = Math.min(endMs, variant.readyAtMs);
  // A ramp is climbed in steps.
  const [here, there] = [curve.at(relativeMs), curve.mean(endMs - spec.startMs - 1, endMs - spec.startMs)];
  if (Math.abs(there - here) > 0.02 * Math.max(here, there)) endMs = Math.min(endMs, nextOf(rampStepMs));
  return endMs;
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
