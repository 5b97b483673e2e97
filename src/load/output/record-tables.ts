import { createDistribution, summariseLatency } from '../../record/latency/distribution.ts';
import type { RunRecord } from '../../record/read-record.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { LoadSample, TimelineEvent } from '../../record/schemas/timeline.ts';
import type { RequestName } from '../request/request-name.ts';
import { pathOf } from '../request/request-url.ts';
import { csvLine } from './csv.ts';
import {
  aggregated,
  exceptionsFile,
  failuresText,
  historyHeader,
  historyText,
  type StatsRow,
  statsText,
} from './locust-tables.ts';

/** locust's files, made of a record; each by the name that `--csv` gives it. */
export const recordTables: Readonly<Record<string, (record: RunRecord) => string>> = {
  'stats.csv': ({ result }) => statsText([...rowsOf(result), allOf(result)], windowMsOf(result)),
  'failures.csv': ({ result }) => failuresOf(result),
  'exceptions.csv': ({ result }) => exceptionsFile(result),
  'stats_history.csv': historyOf,
};

function windowMsOf({ durationSeconds, warmup }: RunResult): number {
  return (durationSeconds - (warmup?.seconds ?? 0)) * 1_000;
}

/** What the requests were called that no scenario named; older records do not know the method of a URL. */
function requestOf(result: RunResult): RequestName {
  const { kind, endpointName, url, method = '' } = result['target'];
  if (kind === 'runtime') return { method: 'POST', name: `InvokeEndpoint ${endpointName}` };
  return { method: kind === 'api' ? 'POST' : method, name: pathOf(url) };
}

function rowsOf(result: RunResult): StatsRow[] {
  const { requestsByName } = result;
  if (requestsByName === undefined) return [{ ...allOf(result), ...requestOf(result) }];
  return Object.entries(requestsByName).map(([name, requests]) => {
    const { method, succeeded, failed, meanBodyBytes, responseUs } = requests;
    const ended = succeeded + failed;
    return { method, name, ended, failed, bodyBytes: meanBodyBytes * ended, response: responseUs };
  });
}

function allOf({ requests, warmup, latencyUs, meanBodyBytes = 0 }: RunResult): StatsRow {
  const failed = requests.failed - (warmup?.failed ?? 0);
  const ended = requests.succeeded - (warmup?.succeeded ?? 0) + failed;
  return { ...aggregated, ended, failed, bodyBytes: meanBodyBytes * ended, response: latencyUs.response };
}

function failuresOf(result: RunResult): string {
  const request = requestOf(result);
  return failuresText(
    result.errors.map((error) => {
      const { name = request.name } = error;
      return { ...error, name, method: result.requestsByName?.[name]?.method ?? request.method };
    }),
  );
}

/** A line a second, by the histograms of its interval; the warm-up is in a second's figures, and not in the totals. */
function historyOf(record: RunRecord): string {
  const log = record.intervals();
  const startedAtMs = log?.startedAtMs ?? Date.parse(record.result.startedAt);
  const intervals = (log?.intervals ?? []).filter(
    ({ tag }) => tag.kind !== 'service' && tag.name === undefined,
  );
  const { meanBodyBytes = 0 } = record.result;
  const total = createDistribution();
  let at = 0;
  let [ended, failed] = [0, 0];
  const lines = record.timeline.filter(isSample).map((sample) => {
    const second = createDistribution();
    // Rounded, an interval's ends may lie a hair beyond the sample's; its middle does not.
    for (; at < intervals.length && middleOf(intervals[at]!) < sample.elapsedMs; at++) {
      const histogram = intervals[at]!.histogram();
      second.add(histogram);
      if (intervals[at]!.tag.kind === 'response') total.add(histogram);
    }
    const endedNow = Math.round((sample.rateRps * sample.intervalMs) / 1_000);
    ended += endedNow;
    failed += sample.failed;
    return historyText({
      atMs: startedAtMs + sample.elapsedMs,
      users: sample.users,
      intervalMs: sample.intervalMs,
      ended: endedNow,
      failed: sample.failed,
      response: summariseLatency(second),
      all: {
        ...aggregated,
        ...{ ended, failed, bodyBytes: meanBodyBytes * ended },
        response: summariseLatency(total),
      },
    });
  });
  return csvLine(historyHeader) + lines.join('');
}

function isSample(event: TimelineEvent): event is TimelineEvent & LoadSample {
  return event.type === 'load';
}

function middleOf({ fromMs, toMs }: { fromMs: number; toMs: number }): number {
  return (fromMs + toMs) / 2;
}
