/**
 * What adding up many workers costs the process that leads a run: synthetic workers' snapshots, as lines of text, are
 * replayed into the real aggregate. CPU time of one core for each second of a run, and bytes on the way.
 *
 *   node scripts/bench-aggregate.ts [OTHER_CHECKOUT]
 *
 * With another checkout of the project its aggregate is measured as well, in turn with this one, in the same process.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRandom } from '../src/core/random.ts';
import { latencyKinds, noRequests, type Snapshot, snapshotVersion } from '../src/load/measure/snapshot.ts';
import { noTraffic } from '../src/load/measure/traffic.ts';
import { type Aggregate, createAggregate } from '../src/load/run/aggregate.ts';
import { createLatencyRecorder } from '../src/record/latency/histogram.ts';

type CreateAggregate = (options: { workers: number; steadyFromMs: number }) => Aggregate;

const print = (line: string) => process.stdout.write(`${line}\n`);
const seconds = 10;
const rounds = 5;
const random = createRandom(1);

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random.between(0, 1))) * Math.cos(2 * Math.PI * random.between(0, 1));
}

/** A second of a worker: response times around 20 ms with a long tail, a send lag and a wait of some 100 µs. */
function snapshotWith(requests: number): Snapshot {
  const recorders = Object.fromEntries(latencyKinds.map((kind) => [kind, createLatencyRecorder()]));
  for (let request = 0; request < requests; request++) {
    const ms = 20 * Math.exp(0.5 * normal());
    recorders.response?.record(ms + 0.3);
    recorders.service?.record(ms);
    recorders.firstByte?.record(ms * 0.98);
    recorders.sendLag?.record(0.1 * Math.exp(0.7 * normal()));
    recorders.poolWait?.record(0.2 * Math.exp(0.5 * normal()));
  }
  const counts = { ...noRequests(), sent: requests, succeeded: requests };
  return {
    version: snapshotVersion,
    worker: 0,
    interval: 0,
    fromMs: 0,
    toMs: 0,
    users: 8,
    inFlight: 8,
    counts,
    warmup: noRequests(),
    starved: 0,
    localFailures: 0,
    traffic: {
      ...noTraffic(),
      statuses: [[200, requests]],
      answered: requests,
      firstAnswerMs: 1.23,
      lastAnswerMs: 999.87,
      lastSentMs: 998.76,
    },
    latency: Object.fromEntries(
      latencyKinds.map((kind) => [kind, recorders[kind]!.take()]),
    ) as Snapshot['latency'],
    warmupResponse: createLatencyRecorder().take(),
    errors: [],
    bodyBytes: 900 * requests,
    sentBytes: 1_500 * requests,
    receivedBytes: 1_200 * requests,
    strayAnswers: 0,
    connectionsOpened: 0,
    inFlightMs: 20.123 * requests,
    residenceMs: 20.123 * requests,
    peaks: { heldUpMs: 0.4, clockGainMs: 0 },
    loopActiveMs: 212.123,
    loopIdleMs: 787.877,
    cpuUs: 198_765,
  };
}

interface Cost {
  aggregateMs: number;
  parseMs: number;
}

/** Of one second of the run, on average. The first second warms up. */
function replay(create: CreateAggregate, workers: number, lines: readonly string[]): Cost {
  const aggregate = create({ workers, steadyFromMs: 0 });
  const cost: Cost = { aggregateMs: 0, parseMs: 0 };
  let told = 0;
  for (let second = 1; second <= seconds + 1; second++) {
    const beforeParse = process.cpuUsage();
    const snapshots = Array.from(
      { length: workers },
      (_, worker): Snapshot => ({
        ...(JSON.parse(lines[(worker + second) % lines.length]!) as Snapshot),
        worker,
        interval: second,
        fromMs: (second - 1) * 1_000,
        toMs: second * 1_000,
      }),
    );
    const beforeAdd = process.cpuUsage();
    for (const snapshot of snapshots) told += aggregate.add(snapshot).length;
    const after = process.cpuUsage(beforeAdd);
    if (second === 1) continue;
    const parse = cpuMs(beforeAdd) - cpuMs(beforeParse);
    cost.parseMs += parse / seconds;
    cost.aggregateMs += cpuMs(after) / seconds;
  }
  if (told !== seconds + 1) throw new Error(`${told} intervals were told, not ${seconds + 1}`);
  return cost;
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const [otherCheckout] = process.argv.slice(2);
const aggregates: [name: string, create: CreateAggregate][] = [['this', createAggregate]];
if (otherCheckout !== undefined) {
  const other = pathToFileURL(resolve(otherCheckout, 'src/load/run/aggregate.ts')).href;
  aggregates.push(['other', ((await import(other)) as { createAggregate: CreateAggregate }).createAggregate]);
}

print(`CPU of one core for a second of a run, median of ${rounds} rounds of ${seconds} s`);
print('workers  requests  bytes/line  of          add up   read lines   together');
for (const [workers, requests] of [
  [1, 20],
  [8, 20],
  [8, 500],
  [1_000, 20],
  [1_000, 100],
  [1_000, 500],
  [10_000, 20],
] as const) {
  // A few hundred different ones: none is read twice from a warm cache alone, and making them stays cheap.
  const lines = Array.from({ length: 257 }, () => JSON.stringify(snapshotWith(requests)));
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0) / lines.length;
  const costs = aggregates.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) {
    aggregates.forEach(([, create], which) => {
      costs[which]!.push(replay(create, workers, lines));
    });
  }
  aggregates.forEach(([name], which) => {
    const addMs = median(costs[which]!.map(({ aggregateMs }) => aggregateMs));
    const parseMs = median(costs[which]!.map(({ parseMs: ms }) => ms));
    const cells = [
      String(workers).padStart(7),
      String(requests).padStart(9),
      bytes.toFixed(0).padStart(11),
      ` ${name.padEnd(6)}`,
      `${addMs.toFixed(2)} ms`.padStart(11),
      `${parseMs.toFixed(2)} ms`.padStart(12),
      `${(addMs + parseMs).toFixed(2)} ms`.padStart(12),
    ];
    print(cells.join(' '));
  });
}
