import type { Clock, Timer } from '../../core/clock.ts';
import type { ObservedDatapoint } from '../../scaling/alarms/metric.ts';
import type { ChangeOutcome } from '../../scaling/engine/change.ts';
import {
  createScalingState,
  type ObservedCapacity,
  type ScalingCommand,
  type ScalingEvent,
  type ScalingSettings,
  type ScalingState,
  type Step,
} from '../../scaling/engine/state.ts';
import { neededMetrics, nextBoundaryMs, step } from '../../scaling/engine/step.ts';
import type { VariantId } from '../../scaling/policies/predefined-metric.ts';
import type { MetricReader, VariantControl } from '../service/ports.ts';

export interface ScalingLoopDeps {
  /** The cloud's clock. */
  clock: Clock;
  metrics: MetricReader;
  variants: VariantControl;
  settings: Pick<ScalingSettings, 'region' | 'accountId' | 'seed' | 'metricDelayMs'>;
  /** Told what happened, in the order it happened. */
  onEvent?(event: ScalingEvent): void;
}

/** Holds the scaling engine's state in the stand-in, and drives it by the cloud's clock. */
export interface ScalingLoop {
  state(): ScalingState;
  nowMs(): number;
  /** What a caller changes: runs an edit of `scaling/engine/edit-*.ts`, and carries out what follows from it. */
  apply(edit: (state: ScalingState, nowMs: number) => Step): void;
  observe(variant: VariantId): ObservedCapacity | null;
  start(): void;
  stop(): void;
}

/**
 * Between evaluations the loop looks at capacities this often, in cloud time: an activity ends soon after its change.
 */
const tickMs = 10_000;
const maxActivities = 1_000;

export function createScalingLoop(deps: ScalingLoopDeps): ScalingLoop {
  const { clock, metrics, variants } = deps;
  let state = createScalingState({ ...deps.settings, maxScaleInStep: null, maxActivities }, clock.nowMs());
  let running = false;
  let timer: Timer | undefined;

  /** Steps to now, with all that can be known now; a boundary that has passed is never evaluated without its data. */
  function advance(outcomes: readonly ChangeOutcome[] = []): void {
    const nowMs = clock.nowMs();
    const evaluates = nextBoundaryMs(state, state.evaluatedToMs) <= nowMs;
    // What is seen just after a boundary counts as seen on it: the boundary decides by what is so then.
    const atMs = evaluates ? Math.floor(nowMs / tickMs) * tickMs : nowMs;
    const capacities = Object.values(state.targets).map(({ resourceId, variant }) => ({
      resourceId,
      atMs,
      capacity: observe(variants, variant),
    }));
    const datapoints = evaluates ? readMetrics(metrics, state, nowMs) : [];
    take(step(state, nowMs, { datapoints, capacities, outcomes }));
  }

  /** Keeps a step's state and events, and hands its commands to SageMaker, whose answer is the next step's input. */
  function take(taken: Step): void {
    state = taken.state;
    for (const event of taken.events) deps.onEvent?.(event);
    if (taken.commands.length > 0) advance(taken.commands.map((command) => carryOut(command, deps)));
  }

  function schedule(): void {
    const nowMs = clock.nowMs();
    const dueMs = (Math.floor(nowMs / tickMs) + 1) * tickMs;
    timer = clock.after(dueMs - nowMs, () => {
      // Timers may fire a little early: then this is not yet the tick.
      if (clock.nowMs() >= dueMs) advance();
      if (running) schedule();
    });
  }

  return {
    state: () => state,
    nowMs: () => clock.nowMs(),
    apply: (edit) => {
      advance();
      take(edit(state, clock.nowMs()));
    },
    observe: (variant) => observe(variants, variant),
    start: () => {
      if (running) return;
      running = true;
      schedule();
    },
    stop: () => {
      running = false;
      timer?.cancel();
    },
  };
}

function observe(
  variants: VariantControl,
  { endpointName, variantName }: VariantId,
): ObservedCapacity | null {
  const found = variants.describe(endpointName, variantName);
  if (!found) return null;
  return {
    endpointStatus: found.endpointStatus,
    current: found.currentInstanceCount,
    desired: found.desiredInstanceCount,
    failureReason: found.failureReason,
  };
}

function carryOut(command: ScalingCommand, { variants, clock }: ScalingLoopDeps): ChangeOutcome {
  let refusal: string | null = null;
  try {
    variants.setDesiredInstanceCount(command.endpointName, command.variantName, command.count);
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
  return { activityId: command.activityId, resourceId: command.resourceId, atMs: clock.nowMs(), refusal };
}

function readMetrics(metrics: MetricReader, state: ScalingState, nowMs: number): ObservedDatapoint[] {
  return neededMetrics(state).flatMap(({ key, metric, delayMs, fromMs }) =>
    metrics
      .statistics({ ...metric, dimensions: { ...metric.dimensions }, fromMs, toMs: nowMs }, nowMs)
      .map((point) => ({ ...point, key, visibleAtMs: point.periodStartMs + metric.periodMs + delayMs })),
  );
}
