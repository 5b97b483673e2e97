import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { Clock, Timer } from '../../core/clock.ts';
import { sleep } from '../../core/clock.ts';
import type { InstanceCapacity } from '../options.ts';
import type { InstanceEvents, InstanceHost, InstanceSpec } from '../sagemaker/instance-host.ts';
import { modelDataUrl } from '../sagemaker/models/model.ts';
import type { LogSink } from '../service/ports.ts';
import { openBoundedLog } from './bounded-log.ts';
import { type CapacityGate, createCapacityGate } from './capacity-gate.ts';
import { type ContainerRuntime, ping, type RunningContainer, waitForPing } from './container.ts';
import { findInstanceType, type InstanceType } from './instance-types.ts';
import { ModelDataError, type ModelFolders } from './model-folders.ts';
import { logDestination, splitLines } from './output-lines.ts';

/** An instance as the router and the meters see it. */
export interface Instance {
  readonly spec: InstanceSpec;
  readonly type: InstanceType;
  readonly gate: CapacityGate;
  /** Invocations routed here and not answered yet, those waiting in its queue among them. */
  outstanding: number;
  /** Connections to its container; undefined while that is not up. */
  pool: Pool | undefined;
  /** What its container takes of this machine; undefined while that is not up. */
  readUsage: RunningContainer['readUsage'] | undefined;
}

export interface LocalInstancesOptions {
  /** Wall time: processes start as fast as they start. */
  clock: Clock;
  timeScale: number;
  capacity: InstanceCapacity;
  /** Instances' own folders and logs. */
  folder: string;
  models: ModelFolders;
  containers: ContainerRuntime;
  /** Gets what their containers say, line by line. */
  logs: LogSink;
  log(line: string): void;
}

/**
 * Runs instances, a container each. A container that ends by itself is started again on its instance after a growing
 * pause; one that never becomes healthy in three starts fails its instance.
 */
export class LocalInstances implements InstanceHost {
  readonly #options: LocalInstancesOptions;
  readonly #running = new Map<string, InstanceRun>();

  constructor(options: LocalInstancesOptions) {
    this.#options = options;
  }

  find(instanceId: string): Instance | undefined {
    return this.#running.get(instanceId)?.instance;
  }

  all(): Instance[] {
    return [...this.#running.values()].map(({ instance }) => instance);
  }

  start(spec: InstanceSpec, on: InstanceEvents): void {
    const run = new InstanceRun(spec, on, this.#options);
    this.#running.set(spec.instanceId, run);
    void run.ended.then(() => {
      this.#running.delete(spec.instanceId);
      on.ended();
    });
  }

  stop(instanceId: string): void {
    void this.#running.get(instanceId)?.stop(drainTimeoutMs);
  }

  /** Ends all instances without waiting for their requests. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((run) => run.stop(0)));
    await this.#options.containers.close();
  }
}

const maxStarts = 3;
const drainTimeoutMs = 60_000;
/** SageMaker's pause between SIGTERM and SIGKILL. */
const terminationTimeoutMs = 30_000;
/** Of the stand-in's own end: what then still runs is killed. */
const closeTimeoutMs = 3_000;
/** A process takes wall time to start, however fast the cloud's clock runs. */
const minHealthCheckMs = 30_000;
const pingIntervalMs = 5_000;
const maxMissedPings = 3;
const firstRestartPauseMs = 250;
const maxRestartPauseMs = 30_000;

class InstanceRun {
  readonly instance: Instance;
  readonly ended: Promise<void>;
  readonly #options: LocalInstancesOptions;
  readonly #on: InstanceEvents;
  readonly #stopping = new AbortController();
  readonly #folder: string;
  readonly #say: (line: string) => void;
  #container: RunningContainer | undefined;

  constructor(spec: InstanceSpec, on: InstanceEvents, options: LocalInstancesOptions) {
    const type = findInstanceType(spec.instanceType);
    if (!type) throw new Error(`no such instance type: ${spec.instanceType}`);
    const { serviceTimeMs, concurrency, queue } = options.capacity;
    const gate = createCapacityGate(
      { serviceTimeMs, concurrency: concurrency ?? type.vcpus, queue },
      options.clock,
    );
    this.instance = { spec, type, gate, outstanding: 0, pool: undefined, readUsage: undefined };
    this.#options = options;
    this.#on = on;
    this.#folder = join(options.folder, spec.instanceId.replaceAll('/', '-'));
    this.#say = logDestination(spec, options.clock.nowMs(), options.logs);
    this.ended = this.#live();
  }

  async stop(drainMs: number): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      await this.#drained(drainMs);
      this.#stopping.abort();
    }
    if (drainMs === 0) {
      // One that hangs takes no SIGTERM, and would outlive the stand-in.
      const timer = this.#options.clock.after(closeTimeoutMs, () => this.#container?.kill('SIGKILL'));
      await this.ended;
      timer.cancel();
    }
    await this.ended;
  }

  /** From the first start to the last end. Never rejects. */
  async #live(): Promise<void> {
    const { clock, log } = this.#options;
    const { instanceId, variantName } = this.instance.spec;
    const signal = this.#stopping.signal;
    try {
      const modelFolder = await this.#options.models.open(modelDataUrl(this.instance.spec.container));
      let healthyBefore = false;
      let pauseMs = firstRestartPauseMs;
      for (let starts = 1; !signal.aborted; starts++) {
        const healthy = await this.#runContainer(modelFolder);
        if (signal.aborted) break;
        if (healthy) {
          healthyBefore = true;
          pauseMs = firstRestartPauseMs;
          this.#on.crashed();
        } else if (!healthyBefore && starts >= maxStarts) {
          this.#on.failed(
            `The primary container for production variant ${variantName} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`,
          );
          break;
        }
        await sleep(clock, pauseMs, signal).catch(() => {});
        pauseMs = Math.min(2 * pauseMs, maxRestartPauseMs);
      }
    } catch (error) {
      if (!(error instanceof ModelDataError))
        log(`${instanceId}: ${error instanceof Error ? error.stack : error}`);
      const reason =
        error instanceof ModelDataError ? error.message : 'Internal failure of the stand-in; see its log.';
      if (!signal.aborted) this.#on.failed(reason);
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** One run of the container, until it has ended. @returns whether it ever became healthy */
  async #runContainer(modelFolder: string): Promise<boolean> {
    const { clock, log, folder } = this.#options;
    const { spec } = this.instance;
    mkdirSync(this.#folder, { recursive: true });
    const file = openBoundedLog(join(folder, 'logs', `${spec.instanceId.replaceAll('/', '-')}.log`));
    const lines = splitLines(this.#say);
    const container = this.#options.containers.start({
      instanceId: spec.instanceId,
      type: this.instance.type,
      image: spec.container.Image,
      modelFolder,
      hasModelData: modelDataUrl(spec.container) !== undefined,
      temporaryFolder: this.#folder,
      environment: {
        // The gate lets this many through at once: the container must not refuse them.
        MLBENCH_QUEUE: String(Math.max(256, this.instance.gate.concurrency)),
        ...spec.container.Environment,
      },
      log: {
        write(chunk) {
          file.write(chunk);
          lines.write(chunk);
        },
      },
    });
    this.#container = container;
    const over = new AbortController();
    const stopping = this.#stopping.signal;
    const onStop = () => {
      container.kill('SIGTERM');
      clock.after(terminationTimeoutMs, () => container.kill('SIGKILL'), { unref: true });
    };
    stopping.addEventListener('abort', onStop, { once: true });
    if (stopping.aborted) onStop();
    const exited = container.exited.then((how) => {
      over.abort();
      return how;
    });
    const healthy = await this.#becomesHealthy(container, over.signal);
    let pings: Timer | undefined;
    if (healthy && !stopping.aborted) {
      const port = await container.port;
      this.instance.pool = new Pool(`http://127.0.0.1:${port}`, {
        connections: this.instance.gate.concurrency,
        pipelining: 1,
        keepAliveTimeout: 60_000,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      this.instance.readUsage = () => container.readUsage();
      pings = keepPinging(clock, port, () => container.kill('SIGKILL'));
      this.#on.ready();
    } else {
      container.kill('SIGKILL');
    }
    const how = await exited;
    lines.end();
    pings?.cancel();
    stopping.removeEventListener('abort', onStop);
    const { pool } = this.instance;
    this.instance.pool = undefined;
    this.instance.readUsage = undefined;
    void pool?.destroy();
    if (!stopping.aborted) log(`${spec.instanceId}: its container ended (${how})`);
    return healthy;
  }

  async #becomesHealthy(container: RunningContainer, over: AbortSignal): Promise<boolean> {
    const { clock, timeScale } = this.#options;
    const windowMs = Math.max(minHealthCheckMs, this.instance.spec.healthCheckTimeoutMs / timeScale);
    const limit = new AbortController();
    const timer = clock.after(windowMs, () => limit.abort());
    const ended = AbortSignal.any([over, limit.signal, this.#stopping.signal]);
    try {
      const port = await Promise.race([container.port, aborted(ended)]);
      return port !== undefined && (await waitForPing(port, clock, ended));
    } catch {
      return false;
    } finally {
      timer.cancel();
    }
  }

  async #drained(withinMs: number): Promise<void> {
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + withinMs;
    while (this.instance.outstanding > 0 && clock.monotonicMs() < deadlineMs) await sleep(clock, 10);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** A container that hangs is as good as ended: three pings missed in a row, and `hung` is called. */
function keepPinging(clock: Clock, port: number, hung: () => void): Timer {
  let missed = 0;
  let cancelled = false;
  let timer: Timer;
  const next = () => {
    timer = clock.after(
      pingIntervalMs,
      () => {
        void ping(port, 2_000).then((answered) => {
          if (cancelled) return;
          missed = answered ? 0 : missed + 1;
          if (missed >= maxMissedPings) hung();
          else next();
        });
      },
      { unref: true },
    );
  };
  next();
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}
