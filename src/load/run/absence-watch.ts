import { formatDurationMs } from '../../core/units.ts';
import type { NothingThere } from '../measure/first-answers.ts';
import { firstAnswers } from '../plan/schedule.ts';

/**
 * Whether a run has nothing to load: its first twenty answers say so, over all workers, or all answers of its first two
 * seconds, of a shorter run all of them. An answer that says anything else ends the question for good.
 */
export class AbsenceWatch {
  readonly #workers: (NothingThere | null)[];
  readonly #reportedMs: number[];
  #judgedBegin = false;

  constructor(workers: number) {
    this.#workers = new Array<NothingThere | null>(workers).fill({ answers: 0, said: '' });
    this.#reportedMs = new Array<number>(workers).fill(0);
  }

  /** A worker's share of the first answers has come. @returns why there is nothing to load, or null */
  heard(worker: number, nothing: NothingThere): string | null {
    this.#workers[worker] = nothing;
    return this.#judgeFirst();
  }

  /** @param nothing null: an answer of this worker has said anything else. @param toMs how far the report goes */
  reported(worker: number, nothing: NothingThere | null, toMs: number): string | null {
    this.#workers[worker] = nothing;
    this.#reportedMs[worker] = toMs;
    const first = this.#judgeFirst();
    if (first !== null || this.#judgedBegin || Math.min(...this.#reportedMs) < beginMs) return first;
    this.#judgedBegin = true;
    return this.#judgeAll(` of the first ${formatDurationMs(beginMs)}`);
  }

  /** No more answers will come. */
  ended(): string | null {
    return this.#judgedBegin ? null : this.#judgeAll('');
  }

  #judgeFirst(): string | null {
    const { answers, said } = this.#sum();
    return answers >= firstAnswers ? `all of the first ${answers} answers ${sayNothing(said)}` : null;
  }

  #judgeAll(when: string): string | null {
    const { answers, said } = this.#sum();
    if (answers === 0) return null;
    return answers === 1
      ? `the only answer${when} says ${said}`
      : `all ${answers} answers${when} ${sayNothing(said)}`;
  }

  #sum(): NothingThere {
    let answers = 0;
    let said = '';
    for (const worker of this.#workers) {
      if (worker === null) return { answers: 0, said };
      answers += worker.answers;
      said ||= worker.said;
    }
    return { answers, said };
  }
}

/** The first is quoted; the others may have said so in other words. */
function sayNothing(first: string): string {
  return `say that there is nothing to load; the first says: ${first}`;
}

const beginMs = 2_000;
