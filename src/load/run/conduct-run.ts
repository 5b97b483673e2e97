import type { Clock } from '../../core/clock.ts';
import type { ContentPlaces } from '../../core/content.ts';
import { unreachable } from '../../core/events.ts';
import { createOfferedRate, type OfferedRate } from '../../offered/intended-count.ts';
import { expectedRateRps } from '../../offered/offered-load.ts';
import type { Generator, GeneratorEvent } from '../agents/generator.ts';
import { createHoldUpMeter, type HoldUpMeter } from '../measure/hold-up.ts';
import type { Interval } from '../measure/interval.ts';
import type { Totals } from '../measure/totals.ts';
import { describePlan } from '../plan/describe-plan.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { steadyFromMs } from '../plan/schedule.ts';
import { AbsenceWatch } from './absence-watch.ts';
import { type Aggregate, createAggregate } from './aggregate.ts';
import type { LoadEvent, RunObserver } from './run-events.ts';
import {
  plannedRun,
  type RunInput,
  type RunOutput,
  type RunRules,
  type RunState,
  stepRun,
} from './run-state.ts';

export interface ConductDeps {
  clock: Clock;
  observers: readonly RunObserver[];
  /** Where the files are that the plan names. */
  contents: ContentPlaces;
  /** Asked after each interval: why what was measured is enough, or null. */
  stopWhen?: ((interval: Interval) => string | null) | undefined;
}

/** How a run went: its last state, and what its workers measured. */
export interface ConductedRun {
  state: RunState;
  startAtMs: number;
  totals: Totals;
}

/**
 * Leads a run from its plan to its end: hears the generator, lets the pure state machine (`run-state.ts`) decide, does
 * what that says, and tells the observers.
 */
export class RunConductor {
  readonly #plan: LoadPlan;
  readonly #deps: ConductDeps;
  readonly #rules: RunRules;
  readonly #aggregate: Aggregate;
  readonly #offeredRate: OfferedRate;
  /** Null: the load is to go on whatever the first answers say. */
  readonly #absence: AbsenceWatch | null;
  /** Of this process: while it is held up, nobody hears the workers. */
  readonly #holdUps: HoldUpMeter;
  readonly #done = Promise.withResolvers<void>();
  #generator: Generator | undefined;
  /** Still to be done, in order; the first is being done. */
  readonly #outputs: RunOutput[] = [];
  /** By kind, what `--debug` did not show. */
  readonly #wireRest = new Map<string, number>();
  #state: RunState;
  /** Null until it has one. */
  #startAtMs: number | null = null;

  constructor(plan: LoadPlan, workers: number, deps: ConductDeps) {
    this.#plan = plan;
    this.#deps = deps;
    this.#rules = { workers, countsItself: plan.scenario !== null && plan.maxRequests !== null };
    this.#state = plannedRun(plan.offered, this.#rules);
    this.#absence = plan.keepGoing ? null : new AbsenceWatch(workers);
    this.#holdUps = createHoldUpMeter(deps.clock);
    this.#offeredRate = createOfferedRate(plan.offered, plan, deps.contents);
    this.#aggregate = createAggregate({
      workers,
      steadyFromMs: steadyFromMs(plan),
      warmupMs: plan.warmupMs,
      // A scenario has no offered rate: its flows decide how many requests they send.
      ...(plan.scenario === null ? { offeredRateRps: this.#offeredRate.between } : {}),
    });
  }

  get state(): RunState {
    return this.#state;
  }

  /** Milliseconds since the run's start. */
  elapsedMs(): number {
    return this.#deps.clock.nowMs() - (this.#startAtMs ?? this.#deps.clock.nowMs());
  }

  /** @param generator which tells `hear` @returns when every worker has ended */
  async conduct(generator: Generator): Promise<ConductedRun> {
    this.#generator = generator;
    try {
      return await this.#lead(generator);
    } finally {
      this.#offeredRate.close();
      this.#holdUps.stop();
      // What went wrong on this side must not leave threads that send.
      if (this.#state.phase !== 'done') generator.stop();
    }
  }

  async #lead(generator: Generator): Promise<ConductedRun> {
    await generator.ready;
    const { durationMs } = this.#plan.offered;
    this.#tell({
      type: 'load-planned',
      description: describePlan(this.#plan),
      workers: this.#rules.workers,
      seed: this.#plan.seed,
      durationMs,
      expectedRateRps: expectedRateRps(this.#plan.offered),
    });
    this.apply({ type: 'ready' });
    this.apply({
      type: 'start',
      startAtMs: this.#plan.startAtMs ?? this.#deps.clock.nowMs() + generator.leadMs,
    });
    await this.#done.promise;
    this.#tellWireRest();
    if (this.#startAtMs === null) {
      if (this.#state.failure !== null) throw this.#state.failure;
      // Told to stop before it began.
      this.#startAtMs = this.#deps.clock.nowMs();
    }
    return { state: this.#state, startAtMs: this.#startAtMs, totals: this.#aggregate.totals() };
  }

  hear(event: GeneratorEvent): void {
    switch (event.type) {
      case 'snapshot': {
        const { worker, toMs, nothingThere = null } = event.snapshot;
        this.apply({ type: 'reported', toMs });
        this.#stopForNothing(this.#absence?.reported(worker, nothingThere, toMs));
        this.#aggregate.addPeaks(this.#holdUps.take(), event.snapshot.toMs);
        this.#tellIntervals(this.#aggregate.add(event.snapshot));
        return;
      }
      case 'nothing-there':
        this.#stopForNothing(this.#absence?.heard(event.worker, event.nothing));
        return;
      case 'stopping':
        this.apply({ type: 'worker-stopping', reason: event.reason, atMs: event.atMs });
        return;
      case 'ended':
        this.#tellIntervals(this.#aggregate.workerEnded(event.worker));
        if (this.#state.running === 1 && endsByItself(this.#state))
          this.#stopForNothing(this.#absence?.ended());
        this.apply({ type: 'worker-ended', report: event.report });
        return;
      case 'failed':
        this.apply(event);
        return;
      case 'wire':
        this.#tell(event);
        return;
      case 'wire-rest':
        for (const [kind, count] of Object.entries(event.rest)) {
          this.#wireRest.set(kind, (this.#wireRest.get(kind) ?? 0) + count);
        }
        return;
      default:
        unreachable(event);
    }
  }

  #stopForNothing(why: string | null = null): void {
    if (why !== null) this.apply({ type: 'nothing-to-load', why });
  }

  apply(input: RunInput): void {
    const { state, outputs } = stepRun(this.#state, input, this.#rules);
    this.#state = state;
    const isFirst = this.#outputs.length === 0;
    this.#outputs.push(...outputs);
    // An observer may say something in turn: what that leads to comes after what is being done.
    if (isFirst) this.#performAll();
    if (this.#state.phase === 'done') this.#done.resolve();
  }

  #performAll(): void {
    for (let output = this.#outputs[0]; output !== undefined; output = this.#outputs[0]) {
      try {
        this.#perform(output);
      } finally {
        this.#outputs.shift();
      }
    }
  }

  #perform(output: RunOutput): void {
    switch (output.do) {
      case 'start':
        this.#startAtMs = output.startAtMs;
        this.#holdUps.start();
        this.#generator?.start(output.startAtMs);
        this.#tell({ type: 'load-started', startAtMs: output.startAtMs });
        return;
      case 'change': {
        const { offered, atMs, description } = output;
        this.#generator?.change(offered);
        this.#offeredRate.follow(offered);
        this.#tell({ type: 'load-changed', description, atMs, offered });
        return;
      }
      case 'stop':
        this.#generator?.stop();
        return;
      case 'announce-stop': {
        const { reason, because } = output;
        this.#tell({ type: 'load-stopping', reason, ...(because === undefined ? {} : { because }) });
        return;
      }
      default:
        unreachable(output);
    }
  }

  #tellWireRest(): void {
    const lines = [...this.#wireRest].map(([kind, count]) => `load · … ${count} more not shown: ${kind}`);
    if (lines.length > 0) this.#tell({ type: 'wire', block: { atMs: this.#deps.clock.nowMs(), lines } });
  }

  #tellIntervals(intervals: readonly Interval[]): void {
    const { durationMs } = this.#plan.offered;
    const { maxRequests } = this.#plan;
    const ends = maxRequests === null ? {} : { maxRequests };
    for (const interval of intervals) {
      const windowMs = Math.max(0, Math.min(interval.elapsedMs, durationMs) - this.#plan.warmupMs);
      this.#tell({ type: 'load-interval', interval, durationMs, windowMs, ...ends });
      const because = this.#deps.stopWhen?.(interval) ?? null;
      if (because !== null) this.apply({ type: 'stop', reason: 'figures', because });
    }
  }

  #tell(event: LoadEvent): void {
    for (const observe of this.#deps.observers) observe(event);
  }
}

/** Nobody has ended it: it has sent what there was to send. */
function endsByItself({ stopReason }: RunState): boolean {
  return stopReason === 'duration' || stopReason === 'requests';
}
