import type { RequestFailure } from '../transport/exchange/failure.ts';

/** What a worker's answers have said so far, as long as every one of them says that there is nothing to load. */
export interface NothingThere {
  answers: number;
  /** The first of them, in one line; empty: there was none yet. */
  said: string;
}

/**
 * Listens to a worker's answers until the first that says anything else. What is no answer decides nothing: a time-out,
 * or a fault of this machine.
 */
export class FirstAnswers {
  /** An answer has said that there is something. */
  something = false;
  readonly #enough: number;
  readonly #tell: (nothing: NothingThere) => void;
  #answers = 0;
  #said = '';

  /** @param tell once, when so many answers have come as are `enough` */
  constructor(enough: number, tell: (nothing: NothingThere) => void) {
    this.#enough = enough;
    this.#tell = tell;
  }

  /** @param failure null: a success */
  heard(failure: RequestFailure | null): void {
    if (this.something) return;
    if (failure?.absent === undefined) {
      this.something = failure === null || (failure.kind !== 'timeout' && failure.kind !== 'client');
      return;
    }
    this.#answers++;
    if (this.#said === '') this.#said = failure.absent;
    if (this.#answers === this.#enough) this.#tell(this.nothing()!);
  }

  /** Null: there is something. */
  nothing(): NothingThere | null {
    return this.something ? null : { answers: this.#answers, said: this.#said };
  }
}
