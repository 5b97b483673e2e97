import { createLatencyRecorder, type LatencyRecorder } from '../../record/latency/histogram.ts';
import { createExceptionGroups } from '../measure/exception-groups.ts';
import type { ExceptionCount, NamedInterval } from '../measure/snapshot.ts';

/** What a scenario's requests did, by name, and what its code threw; emptied once an interval. */
export interface ScenarioBooks {
  /** @param responseMs null: not timed */
  ended(name: string, method: string, succeeded: boolean, bodyBytes: number, responseMs: number | null): void;
  threw(exception: ExceptionCount): void;
  /** The name itself, or what stands for those beyond the 64th. */
  boundName(name: string): string;
  take(): { named: NamedInterval[]; exceptions: ExceptionCount[] };
}

export function createScenarioBooks(): ScenarioBooks {
  const byName = new Map<string, Omit<NamedInterval, 'response'> & { recorder: LatencyRecorder }>();
  const exceptions = createExceptionGroups();
  const boundName = (name: string) => (byName.has(name) || byName.size < mostNames ? name : furtherNames);
  return {
    boundName,
    ended(asked, method, succeeded, bodyBytes, responseMs) {
      const name = boundName(asked);
      let book = byName.get(name);
      if (book === undefined) {
        book = { name, method, succeeded: 0, failed: 0, bodyBytes: 0, recorder: createLatencyRecorder() };
        byName.set(name, book);
      }
      if (book.method === '') book.method = method;
      if (succeeded) book.succeeded++;
      else book.failed++;
      book.bodyBytes += bodyBytes;
      if (responseMs !== null) book.recorder.record(responseMs);
    },
    threw: (exception) => exceptions.add(exception),
    take() {
      const named: NamedInterval[] = [];
      for (const book of byName.values()) {
        if (book.succeeded + book.failed === 0) continue;
        const { recorder, ...counts } = book;
        named.push({ ...counts, response: recorder.take() });
        Object.assign(book, { succeeded: 0, failed: 0, bodyBytes: 0 });
      }
      const thrown = exceptions.list();
      exceptions.clear();
      return { named, exceptions: thrown };
    },
  };
}

const mostNames = 64;
const furtherNames = '(further names)';
