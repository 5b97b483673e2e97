import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../core/clock.ts';
import { loadScenario, locateScenario, placesIn } from '../iteration/scenario/load-scenario.ts';
import { offersHttp2 } from '../plan/schedule.ts';
import { lookupAll } from '../transport/exchange/system-lookup.ts';
import { LoadWorker } from './load-worker.ts';
import type { FromWorker, ToWorker, WorkerAssignment } from './messages.ts';

/** A load worker's thread: wires the worker to its port, its event loop's meters and the system's resolver. */
const port = parentPort;
if (port === null) throw new Error('load-worker.js runs as a worker thread');

const samplingMs = 10;
const loopDelay = monitorEventLoopDelay({ resolution: samplingMs });

const assignment = workerData as WorkerAssignment;
const scenario =
  assignment.plan.scenario === null
    ? undefined
    : await loadScenario(locateScenario(assignment.plan.scenario, assignment.contents));
const http2 = offersHttp2(assignment.plan) ? await import('../transport/http2-connection.ts') : undefined;

const worker = new LoadWorker(assignment, {
  clock: systemClock,
  ...(scenario === undefined ? {} : { scenario }),
  ...(http2 === undefined ? {} : { connection: http2.Http2Connection }),
  post: (message: FromWorker) => {
    port.postMessage(message);
    // Nothing is awaited after the last message; the thread ends by itself once the port is closed.
    if (message.type === 'done') port.close();
  },
  lookup: lookupAll,
  readThread: () => {
    const loop = performance.eventLoopUtilization();
    const cpu = process.threadCpuUsage();
    return { loopActiveMs: loop.active, loopIdleMs: loop.idle, cpuUs: cpu.user + cpu.system };
  },
  loopLagUsP99: () => {
    loopDelay.disable();
    // It records the sampling period plus the lag.
    return Math.max(0, loopDelay.percentile(99) / 1_000 - samplingMs * 1_000);
  },
});
if (scenario !== undefined) {
  // A rejection that a flow did not await, or a timer of its own that threw, must not end the load.
  process.on('unhandledRejection', (error) => {
    if (!worker.scenarioThrew(error)) throw error;
  });
  process.on('uncaughtException', (error) => {
    if (placesIn(scenario.file, error).length > 0 && worker.scenarioThrew(error)) return;
    process.removeAllListeners('uncaughtException');
    throw error;
  });
}
port.on('message', (message: ToWorker) => {
  if (message.type === 'start') loopDelay.enable();
  worker.handle(message);
});
port.postMessage({ type: 'ready' } satisfies FromWorker);
