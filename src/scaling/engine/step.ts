/**
 * The scaling engine: metrics → alarms → policies → capacity, in pure steps.
 *
 * A scalable target between one change and the next:
 *
 *   state        on                                             does                                   becomes
 *   at rest      an alarm acts, capacity should differ          activity Pending, command              asked
 *   at rest      an alarm acts, endpoint not InService          activity not scaled (unscalable)       at rest
 *   asked        outcome: refused                               activity Failed                        at rest
 *   asked        outcome: accepted                              activity InProgress                    under way
 *   under way    an alarm acts                                  activity not scaled (unscalable)       under way
 *   under way    InService with the count asked for             activity Successful, cooldown starts   at rest
 *   under way    InService with another count, endpoint gone    activity Overridden or Unfulfilled     at rest
 *
 * Scheduled actions (`scheduled-actions.ts`) ask in the same way at their own times, whatever cools down.
 *
 * Alarms are looked at on the cloud's minute (below a period of a minute: every 10 s), each with what was visible at
 * that instant, and act again every minute while they stay in ALARM. So a decision does not depend on how observations
 * are batched, nor on how often `step` is called.
 */

import { type Alarm, evaluateSlots, evaluationIntervalMs, evaluationRange } from '../alarms/alarm.ts';
import { stateReason, stateReasonData } from '../alarms/alarm-reason.ts';
import {
  ingest,
  type MetricRef,
  type MetricWindows,
  metricKey,
  newestVisibleEndMs,
  type ObservedDatapoint,
  prune,
  publicationDelayMs,
  slotsAt,
} from '../alarms/metric.ts';
import { actOnAlarms } from './act.ts';
import { applyCapacity, applyOutcome, type CapacityObservation, type ChangeOutcome } from './change.ts';
import { type Draft, finish, openDraft } from './draft.ts';
import { nextScheduledMs, retryRanges, runScheduledActions } from './scheduled-actions.ts';
import type { ScalingSettings, ScalingState, Step } from './state.ts';

const minuteMs = 60_000;

/** What became known since the last step; every list may be empty. */
export interface StepInput {
  datapoints?: readonly ObservedDatapoint[];
  capacities?: readonly CapacityObservation[];
  outcomes?: readonly ChangeOutcome[];
}

/** @param nowMs cloud milliseconds; earlier than the last step's counts as then. */
export function step(state: ScalingState, nowMs: number, input: StepInput): Step {
  const draft = openDraft(state);
  const windows = ingest(state.windows, input.datapoints ?? []);
  const waiting = inOrder(input);
  for (const { atMs, isBoundary } of instants(draft, nowMs)) {
    while (waiting[0] && waiting[0].atMs <= atMs) waiting.shift()?.apply(draft);
    runScheduledActions(draft, atMs);
    if (!isBoundary) continue;
    if (atMs % minuteMs === 0) retryRanges(draft, atMs);
    evaluateAlarms(draft, windows, atMs);
    actOnAlarms(draft, Object.keys(draft.alarms), atMs);
  }
  for (const observation of waiting) observation.apply(draft);
  return finish(draft, {
    evaluatedToMs: Math.max(nowMs, state.evaluatedToMs),
    windows: prune(windows, keepFrom(draft.alarms, state.settings, nowMs)),
  });
}

export interface NeededMetric {
  key: string;
  metric: MetricRef;
  delayMs: number;
  fromMs: number;
}

/** The metrics that alarms look at, with the range each needs: what a driver has to read before it steps to `nowMs`. */
export function neededMetrics(state: ScalingState): NeededMetric[] {
  const keep = keepFrom(state.alarms, state.settings, state.evaluatedToMs);
  const metrics = new Map(
    Object.values(state.alarms).map(({ definition: { metric } }) => [metricKey(metric), metric]),
  );
  return [...metrics].map(([key, metric]) => ({
    key,
    metric,
    delayMs: publicationDelayMs(metric, state.settings.metricDelayMs),
    fromMs: keep.get(key) ?? 0,
  }));
}

/** When the next boundary after `nowMs` falls. */
export function nextBoundaryMs(state: ScalingState, nowMs: number): number {
  const interval = shortestIntervalMs(state);
  return (Math.floor(nowMs / interval) + 1) * interval;
}

/** Evaluation boundaries, and between them the times of scheduled actions: those of the draft, which moves them on. */
function* instants(draft: Draft, nowMs: number): Generator<{ atMs: number; isBoundary: boolean }> {
  const interval = shortestIntervalMs(draft.before);
  let boundaryMs = nextBoundaryMs(draft.before, draft.before.evaluatedToMs);
  for (;;) {
    const atMs = Math.min(boundaryMs, nextScheduledMs(draft.targets));
    if (atMs > nowMs) return;
    const isBoundary = atMs === boundaryMs;
    yield { atMs, isBoundary };
    if (isBoundary) boundaryMs += interval;
  }
}

function shortestIntervalMs(state: ScalingState): number {
  return Math.min(
    60_000,
    ...Object.values(state.alarms).map((alarm) => evaluationIntervalMs(alarm.definition.metric)),
  );
}

/** Outcomes before capacities of the same instant: what was asked must be known before it is seen. */
function inOrder(input: StepInput): { atMs: number; apply: (draft: Draft) => void }[] {
  return [
    ...(input.outcomes ?? []).map((outcome) => ({
      atMs: outcome.atMs,
      apply: (draft: Draft) => applyOutcome(draft, outcome),
    })),
    ...(input.capacities ?? []).map((observation) => ({
      atMs: observation.atMs,
      apply: (draft: Draft) => applyCapacity(draft, observation),
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}

function evaluateAlarms(draft: Draft, windows: MetricWindows, boundaryMs: number): void {
  for (const [name, alarm] of Object.entries(draft.alarms)) {
    if (boundaryMs % evaluationIntervalMs(alarm.definition.metric) === 0)
      draft.alarms[name] = evaluateAlarm(draft, windows, alarm, boundaryMs);
  }
}

function evaluateAlarm(draft: Draft, windows: MetricWindows, alarm: Alarm, nowMs: number): Alarm {
  const { definition } = alarm;
  const range = evaluationRange(definition.evaluationPeriods);
  const delayMs = publicationDelayMs(definition.metric, draft.before.settings.metricDelayMs);
  const slots = slotsAt(windows, definition.metric, range, delayMs, nowMs);
  const evaluation = evaluateSlots(definition, slots, alarm.state);
  if (evaluation.state === alarm.state) return { ...alarm, evaluated: evaluation.evaluated };
  const next: Alarm = {
    ...alarm,
    state: evaluation.state,
    reason: stateReason(definition, evaluation, alarm.state),
    reasonData: stateReasonData(definition, evaluation, nowMs),
    stateUpdatedMs: nowMs,
    lastActedMs: null,
    evaluated: evaluation.evaluated,
  };
  draft.events.push({
    type: 'alarm-state',
    atMs: nowMs,
    alarmName: definition.alarmName,
    previous: { state: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData },
    next: { state: next.state, reason: next.reason, reasonData: next.reasonData },
  });
  return next;
}

function keepFrom(
  alarms: Readonly<Record<string, Alarm>>,
  settings: ScalingSettings,
  nowMs: number,
): Map<string, number> {
  const keep = new Map<string, number>();
  for (const { definition } of Object.values(alarms)) {
    const { metric } = definition;
    const delayMs = publicationDelayMs(metric, settings.metricDelayMs);
    const periods = evaluationRange(definition.evaluationPeriods);
    const fromMs = newestVisibleEndMs(metric, delayMs, nowMs) - periods * metric.periodMs;
    const key = metricKey(metric);
    keep.set(key, Math.min(fromMs, keep.get(key) ?? fromMs));
  }
  return keep;
}
