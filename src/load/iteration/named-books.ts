import { createLatencyRecorder, type LatencyRecorder } from '../../record/latency/histogram.ts';
import type { NamedInterval } from '../measure/snapshot.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import type { RequestForm } from './request-form.ts';

/** What named requests did, by name; emptied once an interval. */
export class NamedBooks {
  readonly #byName = new Map<string, Book>();

  /** @param responseMs null: not timed */
  ended(
    asked: string,
    method: string,
    succeeded: boolean,
    bodyBytes: number,
    responseMs: number | null,
  ): void {
    const book = this.#byName.get(asked) ?? this.#openBook(asked, method);
    if (book.method === '') book.method = method;
    if (succeeded) book.succeeded++;
    else book.failed++;
    book.bodyBytes += bodyBytes;
    if (responseMs !== null) book.recorder.record(responseMs);
  }

  /** The name itself, or what stands for those beyond the 64th. */
  boundName(name: string): string {
    return this.#byName.has(name) || this.#byName.size < mostNames ? name : furtherNames;
  }

  /** A failure as it counts under the form's name. */
  label({ name, method }: Pick<RequestForm, 'name' | 'method'>, failure: RequestFailure): RequestFailure {
    return name === null ? failure : { ...failure, name: this.boundName(name), method };
  }

  take(): NamedInterval[] {
    const named: NamedInterval[] = [];
    for (const book of this.#byName.values()) {
      if (book.succeeded + book.failed === 0) continue;
      const { recorder, ...counts } = book;
      named.push({ ...counts, response: recorder.take() });
      Object.assign(book, { succeeded: 0, failed: 0, bodyBytes: 0 });
    }
    return named;
  }

  #openBook(asked: string, method: string): Book {
    const name = this.boundName(asked);
    let book = this.#byName.get(name);
    if (book === undefined) {
      book = { name, method, succeeded: 0, failed: 0, bodyBytes: 0, recorder: createLatencyRecorder() };
      this.#byName.set(name, book);
    }
    return book;
  }
}

type Book = Omit<NamedInterval, 'response'> & { recorder: LatencyRecorder };

const mostNames = 64;
const furtherNames = '(further names)';
