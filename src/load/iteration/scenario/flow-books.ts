import type { Clock } from '../../../core/clock.ts';
import type { IterationBooks } from '../../executors/performer.ts';
import { createExceptionGroups } from '../../measure/exception-groups.ts';
import type { Recorder, StartTimes } from '../../measure/recorder.ts';
import type { ExceptionCount, FlowCounts, NamedInterval } from '../../measure/snapshot.ts';
import { normaliseMessage, type RequestFailure } from '../../transport/exchange/failure.ts';
import type { NamedBooks } from '../named-books.ts';
import type { RequestBudget } from '../request-budget.ts';
import { describeThrown, placesIn } from './load-scenario.ts';

export interface FlowBooksDeps {
  clock: Clock;
  recorder: Recorder;
  named: NamedBooks;
  budget: RequestBudget;
  warmupEndMs: number;
  /** Of the scenario. */
  file: string;
}

/** What a scenario's flows did, beside their requests' own figures: begun, dropped, threw. Emptied once an interval. */
export class FlowBooks implements IterationBooks {
  readonly #deps: FlowBooksDeps;
  readonly #exceptions = createExceptionGroups();
  #flows: FlowCounts = { started: 0, dropped: 0 };

  constructor(deps: FlowBooksDeps) {
    this.#deps = deps;
  }

  began(): void {
    this.#flows.started++;
  }

  /** A flow of one request, for which no connection could be had: begun, and failed at once. */
  failedUnsent(start: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void {
    const { recorder, named, budget, warmupEndMs } = this.#deps;
    const { name, method = '', kind } = failure;
    const { intendedMs } = start;
    this.began();
    budget.left--;
    recorder.failedUnsent(start, failure, nowMs);
    if (name !== undefined && intendedMs >= warmupEndMs)
      named.ended(name, method, false, 0, kind === 'timeout' ? nowMs - intendedMs : null);
    budget.tellIfSpent();
  }

  starved(start: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void {
    this.#deps.recorder.starved(start, failure, nowMs);
  }

  dropped(): void {
    this.#flows.dropped++;
  }

  droppedUntaken(count: number): void {
    this.#flows.dropped += count;
  }

  /** Counts as a request, sent and failed: so that a share of errors sees it. */
  threw(error: unknown, flow: string): void {
    const { clock, recorder, named, warmupEndMs, file } = this.#deps;
    const nowMs = clock.monotonicMs();
    const message = normaliseMessage(describeThrown(error));
    this.#exceptions.add({ message, traceback: placesIn(file, error).join('\n'), count: 1 });
    const name = named.boundName(flow);
    const failure = {
      kind: 'client',
      status: 0,
      message: normaliseMessage(message),
      name,
      method: '',
    } as const;
    recorder.failedUnsent({ intendedMs: nowMs, takenMs: nowMs, timed: false }, failure, nowMs);
    if (nowMs >= warmupEndMs) named.ended(name, '', false, 0, null);
  }

  take(): { named: NamedInterval[]; exceptions: ExceptionCount[]; flows: FlowCounts } {
    const taken = { named: this.#deps.named.take(), exceptions: this.#exceptions.list(), flows: this.#flows };
    this.#exceptions.clear();
    this.#flows = { started: 0, dropped: 0 };
    return taken;
  }
}
