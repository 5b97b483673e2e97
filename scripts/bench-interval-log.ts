/**
 * What keeping a run's latencies second by second costs: bytes an interval and histogram, megabytes an hour, and the CPU time of one
 * core, the file system's included. Two workers' histograms are added up, written to a file as a run does, and measured.
 *
 *   node scripts/bench-interval-log.ts [SECONDS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as hdr from 'hdr-histogram-js';
import { createRandom } from '../src/core/random.ts';
import {
  createLatencyRecorder,
  decodeBuckets,
  type EncodedHistogram,
  highestLatencyUs,
  lowestValueOf,
} from '../src/record/latency/histogram.ts';
import { mergeHistograms } from '../src/record/latency/merge-histograms.ts';
import { createAppendedFile } from '../src/record/writer/appended-file.ts';
import {
  createIntervalLog,
  type IntervalTag,
  type LoggedInterval,
} from '../src/record/writer/interval-log.ts';

const seconds = Number(process.argv[2] ?? 120);
const workers = 2;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Response times around 20 ms with a long tail, service times a little below; by name as well, if there are names. */
function intervalsAt(rateRps: number, names: number): LoggedInterval[] {
  const random = createRandom(1);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.between(0, 1))) * Math.cos(2 * Math.PI * random.between(0, 1));
  return Array.from({ length: seconds }, (_, second) => {
    const histograms = Array.from({ length: workers }, () => {
      const tags: IntervalTag[] = [
        { kind: 'response' },
        { kind: 'service' },
        ...Array.from({ length: names }, (_, name) => ({
          kind: 'response' as const,
          name: `request ${name}`,
        })),
      ];
      const recorders = tags.map(() => createLatencyRecorder());
      for (let request = 0; request < rateRps / workers; request++) {
        const ms = 20 * Math.exp(0.5 * normal());
        recorders[0]?.record(ms);
        recorders[1]?.record(ms * random.between(0.9, 1));
        if (names > 0) recorders[2 + (request % names)]?.record(ms);
      }
      return tags.map((tag, index) => ({ tag, histogram: recorders[index]!.take() }));
    }).flat();
    return { startedAtMs: 0, fromMs: second * 1_000, toMs: (second + 1) * 1_000, histograms };
  });
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const folder = mkdtempSync(join(tmpdir(), 'mlbench-intervals-'));
print(`${seconds} intervals of 1 s, ${workers} workers`);
print('  rate  names  bytes/histogram  MB/hour  CPU ms/interval  share of a core');
for (const [rateRps, names] of [
  [50, 0],
  [500, 0],
  [5_000, 0],
  [5_000, 5],
  [5_000, 20],
] as const) {
  const intervals = intervalsAt(rateRps, names);
  const write = (name: string) => {
    const file = createAppendedFile(join(folder, name));
    const log = createIntervalLog((lines) => file.append(lines));
    for (const interval of intervals) log.append(interval);
    return file.measured()?.sizeBytes ?? 0;
  };
  write('warm');
  let sizeBytes = 0;
  const spentMs = cpuMs(() => {
    sizeBytes = write(`${rateRps}-${names}`);
  });
  const bytes = sizeBytes / seconds / (2 + names);
  const cells = [
    String(rateRps).padStart(6),
    String(names).padStart(6),
    bytes.toFixed(0).padStart(16),
    ((sizeBytes / seconds) * 0.0036).toFixed(1).padStart(8),
    (spentMs / seconds).toFixed(2).padStart(16),
    `${(spentMs / seconds / 10).toFixed(2)} %`.padStart(16),
  ];
  print(cells.join(' '));
}
rmSync(folder, { recursive: true });

/** For comparison: filled and encoded by hdr-histogram-js. */
function byLibrary({ buckets }: EncodedHistogram): string {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestLatencyUs,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  decodeBuckets(buckets, (bucket, count) => histogram.recordValueWithCount(lowestValueOf(bucket), count));
  return hdr.encodeIntoCompressedBase64(histogram);
}

const merged = intervalsAt(5_000, 0).map(({ histograms }) =>
  mergeHistograms(histograms.map(({ histogram }) => histogram)),
);
let bytes = 0;
const libraryMs = cpuMs(() => {
  for (const histogram of merged) bytes += byLibrary(histogram).length;
});
print(
  `hdr-histogram-js's own encoder at 5000/s: ${(libraryMs / merged.length).toFixed(2)} ms, ${(bytes / merged.length).toFixed(0)} bytes a histogram`,
);
