import type { MlbenchError } from '../../../src/core/errors.ts';
import type { RunResult } from '../../../src/record/schemas/result.ts';
import type { TimelineEvent } from '../../../src/record/schemas/timeline.ts';
import type { IntervalTag } from '../../../src/record/writer/interval-log.ts';
import { openRunFolder } from '../../../src/record/writer/run-folder.ts';
import { encode } from '../latency/encoded.ts';

/** Writes a whole record as a run does, with a second of intervals for each second of the timeline's load. */
export function writeRecord(
  folder: string,
  { result, timeline }: { result: RunResult; timeline: readonly TimelineEvent[] },
): RunResult {
  const run = openRunFolder('', result.runId, folder, (error: MlbenchError) => {
    throw error;
  });
  const startedAtMs = Date.parse(result.startedAt);
  const tags: IntervalTag[] = [{ kind: 'response' }, { kind: 'service' }, { kind: 'response', name: 'list' }];
  for (const event of timeline) {
    run.append(event);
    if (event.type !== 'load' || event.responseUs === null) continue;
    const { p50, p95, p99, max } = event.responseUs;
    const histogram = encode([p50, p95, p99, max]);
    run.appendInterval({
      startedAtMs,
      fromMs: event.elapsedMs - event.intervalMs,
      toMs: event.elapsedMs,
      histograms: tags.map((tag) => ({ tag, histogram })),
    });
  }
  run.writeHistogram('');
  const written = run.writeResult(result);
  run.writeReport('<html>');
  return written;
}
