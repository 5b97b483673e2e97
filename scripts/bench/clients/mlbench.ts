/** The load generator as `mlbench load` runs it, told its job as JSON. At SIGTERM it prints the run's result. */
import { systemClock } from '../../../src/core/clock.ts';
import { contentOfFile } from '../../../src/core/content.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import { runLoad } from '../../../src/load/run/run-load.ts';
import {
  contentType,
  credentials,
  endlessSeconds,
  endpointName,
  isSigned,
  type Job,
  region,
} from '../tools/tool.ts';

const job: Job = JSON.parse(process.argv[2]!);
const content = await contentOfFile(job.bodyFile);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const { result } = await runLoad(planOf(job), {
  contents: { [content.sha256]: { path: job.bodyFile } },
  clock: systemClock,
  runId: 'bench',
  observers: [],
  workers: 1,
  signal: stop.signal,
  credentials: async () => credentials,
});
process.stdout.write(`${JSON.stringify(result)}\n`);

function planOf({ kind, url, connections, pacingMs }: Job): LoadPlan {
  const { origin, href } = new URL(url);
  return {
    destination: isSigned(kind)
      ? { kind: 'runtime', endpointName, url: origin, region }
      : { kind: 'url', url: href, method: 'POST', headers: {} },
    offered: {
      model: 'closed',
      users: connections,
      ramp: { kind: 'over', durationMs: connections },
      wait: pacingMs === undefined ? { kind: 'none' } : { kind: 'pacing', periodMs: pacingMs },
      durationMs: endlessSeconds * 1_000,
    },
    seed: 1,
    startAtMs: null,
    warmupMs: 0,
    timeoutMs: 70_000,
    stopTimeoutMs: 2_000,
    maxRequests: null,
    body: content,
    contentType,
    accept: contentType,
    expectations: [],

    connections,
    maxSendLagMs: null,
    precise: false,
    maxRedirects: 0,
    keepAlive: true,
    keepGoing: false,
    data: null,
    transport: 'raw',
    proxy: null,
    tls: null,
    listenMs: null,
    scenario: null,
  };
}
