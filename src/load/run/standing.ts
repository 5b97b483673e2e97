import type { ContentPlaces } from '../../core/content.ts';
import { createOfferedTally, type OfferedTally } from '../../offered/offered-tally.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { Interval } from '../measure/interval.ts';
import type { NamedTotals } from '../measure/named-totals.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { buildResult } from './build-result.ts';
import type { LoadEvent, RunObserver } from './run-events.ts';

export interface StandingDeps {
  runId: string;
  plan: LoadPlan;
  workers: number;
  /** `--debug` looks at every request. */
  debugged: boolean;
  contents: ContentPlaces;
}

/** Of many request names, those whose percentiles are wanted: each costs as much as those of the whole run. */
type NamesShown = (all: NamedTotals[]) => NamedTotals[];

/** How a run stands while it goes on: what `result.json` would say if the run ended now. */
export interface Standing {
  observe: RunObserver;
  /**
   * As of the last interval; the final result once there is one; null before the first interval.
   * @param shown leaves names out of a result that is not the final one
   */
  result(shown?: NamesShown): RunResult | null;
  close(): void;
}

/**
 * Follows a run. Costs next to nothing until it is asked, and then what the end of a run costs: the figures are made by
 * the same code.
 */
export function createStanding({ runId, plan, workers, debugged, contents }: StandingDeps): Standing {
  const arrivals = {
    seed: plan.seed,
    maxRequests: plan.scenario === null ? plan.maxRequests : null,
    warmupMs: plan.warmupMs,
  };
  const tally: OfferedTally = createOfferedTally(plan.offered, arrivals, contents);
  let offered = plan.offered;
  let startedAtMs = 0;
  let last: Interval | null = null;
  let final: RunResult | null = null;
  const provisional = (interval: Interval, shown: NamesShown): RunResult => {
    const totals = interval.totals();
    const durationMs = Math.min(interval.elapsedMs, offered.durationMs);
    return buildResult({
      runId,
      startedAtMs,
      plan: { ...plan, offered },
      expectations: plan.expectations,
      workers,
      workersDone: workers,
      debugged,
      durationMs,
      ended: { reason: 'asked' },
      loopLagUsP99: null,
      totals: { ...totals, named: shown(totals.named) },
      offered: tally.upTo(durationMs),
    });
  };
  return {
    observe(event: LoadEvent) {
      if (event.type === 'load-started') startedAtMs = event.startAtMs;
      else if (event.type === 'load-interval') last = event.interval;
      else if (event.type === 'load-finished') final = event.result;
      else if (event.type === 'load-changed') {
        offered = event.offered;
        tally.follow(offered);
      }
    },
    result: (shown = (all) => all) => final ?? (last === null ? null : provisional(last, shown)),
    close: () => tally.close(),
  };
}
