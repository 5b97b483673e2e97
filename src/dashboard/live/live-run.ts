import type { Interval, WorkerInterval } from '../../load/measure/interval.ts';
import type { NamedTotals } from '../../load/measure/named-totals.ts';
import type { LoadControls, LoadSteering } from '../../load/run/controls.ts';
import type { LoadEvent } from '../../load/run/run-events.ts';
import type { FollowedRun, RunEnd, RunFollower } from '../../load/run/run-follower.ts';
import { createStanding, type Standing } from '../../load/run/standing.ts';
import { isPaused } from '../../offered/offered-load.ts';
import { lastSeenWords, outOfSightWords } from '../../record/fleet/last-seen.ts';
import { createDistribution } from '../../record/latency/distribution.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import { createChanges } from './changes.ts';
import { type Counted, commonest, figuresOf } from './figures.ts';
import { createFiguresSince, type FiguresSince } from './figures-since.ts';
import { cellsOf } from './heat-cells.ts';
import { addColumn, emptyHeatMap } from './heat-map.ts';
import type {
  Figures,
  FleetFact,
  HeatColumn,
  HeatMap,
  LiveState,
  LiveTick,
  Now,
  RunFacts,
  WorkerRow,
} from './live-shape.ts';
import { factsOf, stopWords } from './run-words.ts';
import { createTimelineHistory } from './timeline-history.ts';

type Progress = Omit<Now, 'figures' | 'workers' | 'countedFromMs'>;

/** One run, followed while it goes on, as pages are told of it. */
export class LiveRun implements RunFollower {
  readonly #news: () => void;
  readonly #standing: Standing;
  readonly #history = createTimelineHistory();
  readonly #changes = createChanges();
  #facts: RunFacts;
  #heat: HeatMap = emptyHeatMap();
  /** Since the last tick. */
  #fresh: { events: TimelineEvent[]; heat: HeatColumn[] } = { events: [], heat: [] };
  #progress: Progress = begun;
  #last: Interval | null = null;
  /** What had ended a tick ago, for the rates since. */
  #counted: Counted | null = null;
  /** Of all that was measured until now; null: to be made when somebody asks. */
  #figures: Figures | null = null;
  #controls: LoadControls | null = null;
  /** Null: figures are of the whole run. */
  #since: FiguresSince | null = null;

  /** @param news called when a tick has something new to say */
  constructor(run: FollowedRun, news: () => void) {
    this.#news = news;
    this.#standing = createStanding(run);
    this.#facts = factsOf(run);
  }

  /** Given to the run, so that pages can steer it. */
  readonly steering: LoadSteering = {
    attach: (controls) => {
      this.#controls = controls;
      this.#facts = { ...this.#facts, unit: controls.unit };
      return () => {
        this.#controls = null;
      };
    },
  };

  /** Null while there is nothing to steer. */
  get controls(): LoadControls | null {
    return this.#controls;
  }

  observe = (event: LoadEvent): void => {
    this.#standing.observe(event);
    if (event.type === 'load-planned') this.#facts = { ...this.#facts, description: event.description };
    if (event.type === 'load-interval') this.#measured(event.interval);
    if (event.type === 'load-interval' || event.type === 'load-finished') this.#figures = null;
    this.#progress = advanced(this.#progress, event);
    this.#news();
  };

  record = (event: TimelineEvent): void => {
    if (event.type === 'capacity' && this.#facts.fleet.state === 'waiting') this.#fleet(watched);
    this.#history.add(event);
    this.#fresh.events.push(event);
    this.#news();
  };

  sight(lastSeen: LastSeen | null): void {
    if (lastSeen === null) this.#fleet(watched);
    // What it waits for is not known of a fleet that nobody sees.
    else {
      const words = `${outOfSightWords(lastSeen)}: ${lastSeenWords(lastSeen)}`;
      this.#fleet({ state: 'unseen', words, waitsFor: [] });
    }
    this.#news();
  }

  outlook(waitsFor: readonly string[]): void {
    this.#fleet({ waitsFor });
    this.#news();
  }

  #fleet(change: Partial<FleetFact>): void {
    this.#facts = { ...this.#facts, fleet: { ...this.#facts.fleet, ...change } };
  }

  /** Figures count from now on, on every page; the record keeps the whole run. @returns false: nothing is counted yet */
  countFromNow(): boolean {
    const result = this.#standing.result();
    if (result === null || this.#last === null || this.#progress.phase === 'ended') return false;
    const { elapsedMs } = this.#progress;
    this.#since = createFiguresSince(result, this.#last.totals(), elapsedMs);
    this.#counted = { atMs: elapsedMs, byName: new Map() };
    this.#figures = null;
    this.#news();
    return true;
  }

  /** Figures are of the whole run again. */
  countAll(): void {
    this.#since = null;
    this.#counted = null;
    this.#figures = null;
    this.#news();
  }

  watching(): void {
    this.#progress = { ...this.#progress, phase: 'watching' };
    this.#news();
  }

  ended(outcome: RunEnd): void {
    this.#since = null;
    this.#figures = null;
    this.#progress = { ...this.#progress, phase: 'ended', outcome };
    this.#standing.close();
    this.#news();
  }

  /** All of it, for a page that comes; the next tick goes on from here. Pages that are there want a tick before. */
  state(): LiveState {
    this.forgetNews();
    const whole = { facts: this.#facts, now: this.#now() };
    this.#changes.told(whole);
    return { ...whole, timeline: this.#history.events(), heat: this.#heat };
  }

  /** What is new since the last tick, for the pages that are there. */
  tick(): LiveTick {
    const tick = { ...this.#changes.since({ facts: this.#facts, now: this.#now() }), ...this.#fresh };
    this.forgetNews();
    return tick;
  }

  /** Nobody looks on: whoever comes is told everything. */
  forgetNews(): void {
    this.#fresh = { events: [], heat: [] };
  }

  #measured(interval: Interval): void {
    const { elapsedMs, intervalMs, histograms } = interval;
    const { response, warmupResponse } = histograms;
    // Intervals begin a hair before or after the second; their middles do not stray into another.
    const column = { fromMs: elapsedMs - intervalMs / 2, cells: cellsOf([response, warmupResponse]) };
    this.#last = interval;
    this.#since?.add(interval);
    this.#heat = addColumn(this.#heat, column);
    this.#fresh.heat.push(column);
  }

  #now(): Now {
    const workers = (this.#last?.workers ?? []).map(workerRow);
    const countedFromMs = this.#since?.atMs ?? 0;
    // Pages that come within one second are told the same: rates need a second to have passed.
    this.#figures ??= this.#count();
    return { ...this.#progress, countedFromMs, figures: this.#figures, workers };
  }

  #count(): Figures | null {
    let others: readonly NamedTotals[] = [];
    const whole = this.#standing.result((all) => {
      const [shown, rest] = this.#since === null ? commonest(all) : [all, []];
      others = rest;
      return shown;
    });
    if (whole === null) return null;
    const { elapsedMs } = this.#progress;
    const result = this.#since?.of(whole, this.#last!.totals(), elapsedMs) ?? whole;
    const { figures, counted } = figuresOf(result, elapsedMs, this.#counted, others);
    if (this.#counted === null || elapsedMs > this.#counted.atMs) this.#counted = counted;
    return figures;
  }
}

const watched: Pick<FleetFact, 'state' | 'words'> = { state: 'watched', words: 'watched' };

const begun: Progress = {
  phase: 'starting',
  why: null,
  change: null,
  elapsedMs: 0,
  users: 0,
  inFlight: 0,
  outcome: null,
};

function advanced(progress: Progress, event: LoadEvent): Progress {
  switch (event.type) {
    case 'load-planned':
    case 'wire':
      return progress;
    case 'load-started':
      return { ...progress, phase: 'running' };
    case 'load-changed': {
      const { description: change, offered } = event;
      return { ...progress, change, phase: isPaused(offered) ? 'paused' : 'running' };
    }
    case 'load-interval': {
      const { elapsedMs, users, inFlight } = event.interval;
      return { ...progress, elapsedMs, users, inFlight };
    }
    case 'load-stopping':
      return { ...progress, phase: 'stopping', why: stopWords(event.reason, event.because) };
    case 'load-finished':
      return { ...progress, phase: 'stopping', users: 0, inFlight: 0 };
  }
}

function workerRow(interval: WorkerInterval): WorkerRow {
  const { worker, users, inFlight, sent, cpuUs, intervalMs, busyShare, sendLag } = interval;
  const distribution = createDistribution();
  distribution.add(sendLag);
  return {
    worker,
    users,
    inFlight,
    sent,
    cpuShare: intervalMs > 0 ? Math.round(cpuUs / intervalMs) / 1_000 : 0,
    busyShare: Math.round(busyShare * 1_000) / 1_000,
    sendLagUsP99: distribution.percentile(99),
  };
}
