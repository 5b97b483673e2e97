import { type Interval, toInterval } from '../measure/interval.ts';
import { noRequests, type Peaks, type Snapshot } from '../measure/snapshot.ts';
import { addCounts, createTotals, type MeasuredPart, type Totals } from '../measure/totals.ts';

/** Puts the workers' snapshots together: into totals without loss, and into intervals in order of time. */
export interface Aggregate {
  /** @returns the intervals that every running worker has now reported, oldest first */
  add(snapshot: Snapshot): Interval[];
  /** A worker that will send no more is not waited for. @returns the intervals that this completes */
  workerEnded(worker: number): Interval[];
  /** Of this process, up to `toMs` of the run. */
  addPeaks(peaks: Peaks, toMs: number): void;
  totals(): Totals;
}

export interface AggregateOptions extends MeasuredPart {
  workers: number;
  /** What the offered load wanted in an interval; left out: null throughout. Asked in ascending order. */
  offeredRateRps?: (fromMs: number, toMs: number) => number | null;
}

export function createAggregate(options: AggregateOptions): Aggregate {
  const { workers, offeredRateRps = () => null } = options;
  const keeper = createTotals(workers, options);
  const progress = createProgress(workers);
  const pending = new Map<number, Snapshot[]>();
  const total = noRequests();

  const complete = (): Interval[] => {
    const due = [...pending.keys()]
      .filter((index) => index <= progress.reportedByAll())
      .sort((a, b) => a - b);
    return due.flatMap((index) => {
      const snapshots = pending.get(index)!;
      pending.delete(index);
      for (const { counts } of snapshots) addCounts(total, counts);
      const interval = toInterval(index, snapshots, {
        total,
        errors: keeper.errors(),
        offeredRateRps,
        totals: keeper.totals,
      });
      return [interval];
    });
  };
  return {
    add(snapshot) {
      keeper.add(snapshot);
      const interval = pending.get(snapshot.interval);
      if (interval === undefined) pending.set(snapshot.interval, [snapshot]);
      else interval.push(snapshot);
      return progress.reported(snapshot.worker, snapshot.interval) ? complete() : [];
    },
    workerEnded: (worker) => (progress.ended(worker) ? complete() : []),
    addPeaks: keeper.addPeaks,
    totals: keeper.totals,
  };
}

/** Up to which interval all running workers have reported, kept without looking at each of them each time. */
interface WorkerProgress {
  /** @returns whether all have come further by it */
  reported(worker: number, interval: number): boolean;
  ended(worker: number): boolean;
  /** Infinity once none is running. */
  reportedByAll(): number;
}

function createProgress(workers: number): WorkerProgress {
  /** Each worker's last interval, from 0; undefined once it has ended. */
  const last = new Array<number | undefined>(workers).fill(0);
  /** How many running workers stand at an interval. */
  const standing = new Map<number, number>([[0, workers]]);
  let lowest = 0;
  const leave = (interval: number): boolean => {
    const left = standing.get(interval)! - 1;
    if (left > 0) standing.set(interval, left);
    else standing.delete(interval);
    return left === 0 && interval === lowest;
  };
  const climb = () => {
    lowest = standing.size === 0 ? Number.POSITIVE_INFINITY : Math.min(...standing.keys());
    return true;
  };
  return {
    reported(worker, interval) {
      const before = last[worker];
      if (before === undefined || interval <= before) return interval <= lowest;
      last[worker] = interval;
      standing.set(interval, (standing.get(interval) ?? 0) + 1);
      return leave(before) && climb();
    },
    ended(worker) {
      const before = last[worker];
      if (before === undefined) return false;
      last[worker] = undefined;
      return leave(before) && climb();
    },
    reportedByAll: () => lowest,
  };
}
