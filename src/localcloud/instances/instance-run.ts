import { rmSync } from 'node:fs';
import { Pool } from 'undici';
import { findInstanceType } from '../../catalog/instance-types.ts';
import { type Clock, sleep, type Timer } from '../../core/clock.ts';
import { fileInside } from '../../core/files/file-name.ts';
import { makeFolder } from '../../core/files/folder.ts';
import type { InstanceEvents, InstanceSpec, LogSink } from '../service/ports.ts';
import { type BoundedLog, openBoundedLog } from './bounded-log.ts';
import { createCapacityGate, type GateLimits } from './capacity-gate.ts';
import { type ContainerRuntime, keepPinging, type RunningContainer, waitForPing } from './container.ts';
import type { Instance } from './instance.ts';
import { withoutCode } from './model-environment.ts';
import { ModelDataError, type ModelFolders } from './model-folders.ts';
import { logDestination, splitLines } from './output-lines.ts';

/** What all instances share. */
export interface InstanceSurroundings {
  /** Wall time: processes start as fast as they start. */
  clock: Clock;
  timeScale: number;
  /** A null concurrency follows the instance type's vCPUs. */
  capacity: Omit<GateLimits, 'concurrency'> & { concurrency: number | null };
  /** Instances' own folders and logs. */
  folder: string;
  models: ModelFolders;
  containers: ContainerRuntime;
  /** Gets what their containers say, line by line. */
  logs: LogSink;
  log(line: string): void;
}

/**
 * One instance's life: its container is started, watched, and started again when it has ended by itself.
 */
export class InstanceRun {
  readonly instance: Instance;
  readonly ended: Promise<void>;
  readonly #surroundings: InstanceSurroundings;
  readonly #on: InstanceEvents;
  readonly #stopping = new AbortController();
  readonly #folder: string;
  readonly #say: (line: string) => void;
  #container: RunningContainer | undefined;

  constructor(spec: InstanceSpec, on: InstanceEvents, surroundings: InstanceSurroundings) {
    const type = findInstanceType(spec.instanceType);
    if (!type) throw new Error(`no such instance type: ${spec.instanceType}`);
    const { serviceTimeMs, concurrency, queue } = surroundings.capacity;
    const gate = createCapacityGate(
      { serviceTimeMs, concurrency: concurrency ?? type.vcpus, queue },
      surroundings.clock,
    );
    this.instance = { spec, type, gate, outstanding: 0, pool: undefined, readUsage: undefined };
    this.#surroundings = surroundings;
    this.#on = on;
    this.#folder = fileInside(surroundings.folder, spec.instanceId.replaceAll('/', '-'));
    this.#say = logDestination(spec, surroundings.clock.nowMs(), surroundings.logs);
    this.ended = this.#live();
  }

  async stop(drainMs: number): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      await this.#drained(drainMs);
      this.#stopping.abort();
    }
    if (drainMs === 0) {
      // One that hangs takes no SIGTERM, and would outlive the stand-in.
      const timer = this.#surroundings.clock.after(closeTimeoutMs, () => this.#container?.kill('SIGKILL'));
      await this.ended;
      timer.cancel();
    }
    await this.ended;
  }

  /** From the first start to the last end. Never rejects. */
  async #live(): Promise<void> {
    const { clock, log } = this.#surroundings;
    const { instanceId, variantName } = this.instance.spec;
    const signal = this.#stopping.signal;
    try {
      const modelFolder = await this.#openModel();
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

  /** @throws ModelDataError also where code is to run on data that somebody else has put there meanwhile */
  #openModel(): Promise<string> {
    const { models, containers } = this.#surroundings;
    const { modelDataUrl, image } = this.instance.spec;
    const code = containers.carriedCode(image);
    return models.open(modelDataUrl, code !== undefined);
  }

  /** One run of the container, until it has ended. @returns whether it ever became healthy */
  async #runContainer(modelFolder: string): Promise<boolean> {
    const { clock, log } = this.#surroundings;
    const { container, endOutput } = this.#startContainer(modelFolder);
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
    if (healthy && !stopping.aborted) pings = await this.#open(container);
    else container.kill('SIGKILL');
    const how = await exited;
    endOutput();
    pings?.cancel();
    stopping.removeEventListener('abort', onStop);
    this.#close();
    if (!stopping.aborted) log(`${this.instance.spec.instanceId}: its container ended (${how})`);
    return healthy;
  }

  #startContainer(modelFolder: string): { container: RunningContainer; endOutput(): void } {
    const { folder, containers } = this.#surroundings;
    const { spec, type, gate } = this.instance;
    makeFolder(this.#folder);
    const file = openBoundedLog(fileInside(`${folder}/logs`, `${spec.instanceId.replaceAll('/', '-')}.log`));
    const lines = splitLines(this.#say);
    const output = {
      write(chunk: Uint8Array | string) {
        file.write(chunk);
        lines.write(chunk);
      },
    };
    const container = containers.start({
      instanceId: spec.instanceId,
      type,
      image: spec.image,
      modelFolder,
      hasModelData: spec.modelDataUrl !== undefined,
      isUsers: spec.isUsers,
      temporaryFolder: this.#folder,
      // The gate lets this many through at once: the container must not refuse them.
      environment: {
        MLBENCH_QUEUE: String(Math.max(256, gate.concurrency)),
        ...this.#modelEnvironment(output),
      },
      log: output,
    });
    this.#container = container;
    return { container, endOutput: () => lines.end() };
  }

  /**
   * The model's own variables, but for those that may carry code: these are for the user alone, and in a container.
   * Says which these were, here and in the log.
   */
  #modelEnvironment(output: Pick<BoundedLog, 'write'>): Record<string, string> {
    const { clock, log } = this.#surroundings;
    const { instanceId, environment: given, isUsers } = this.instance.spec;
    if (isUsers && this.#surroundings.containers.isolates) return given;
    const { environment, leftOut } = withoutCode(given);
    if (leftOut.length > 0) {
      const message = `left out of the model's environment, because such variables can make programs run other code: ${leftOut.join(', ')}`;
      log(`${instanceId}: ${message}`);
      const at = new Date(clock.nowMs()).toISOString();
      const line = { at, level: 'warning', event: 'environment-left-out', names: leftOut, message };
      output.write(`${JSON.stringify(line)}\n`);
    }
    return environment;
  }

  /** From here on requests are routed to it. @returns the pings that watch it */
  async #open(container: RunningContainer): Promise<Timer> {
    const port = await container.port;
    this.instance.pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: this.instance.gate.concurrency,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.instance.readUsage = () => container.readUsage();
    const pings = keepPinging(this.#surroundings.clock, port, () => container.kill('SIGKILL'));
    this.#on.ready();
    return pings;
  }

  #close(): void {
    const { pool } = this.instance;
    this.instance.pool = undefined;
    this.instance.readUsage = undefined;
    void pool?.destroy();
  }

  async #becomesHealthy(container: RunningContainer, over: AbortSignal): Promise<boolean> {
    const { clock, timeScale } = this.#surroundings;
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
    const { clock } = this.#surroundings;
    const deadlineMs = clock.monotonicMs() + withinMs;
    while (this.instance.outstanding > 0 && clock.monotonicMs() < deadlineMs) await sleep(clock, 10);
  }
}

const maxStarts = 3;
/** SageMaker's pause between SIGTERM and SIGKILL. */
const terminationTimeoutMs = 30_000;
/** Of the stand-in's own end: what then still runs is killed. */
const closeTimeoutMs = 3_000;
/** A process takes wall time to start, however fast the cloud's clock runs. */
const minHealthCheckMs = 30_000;
const firstRestartPauseMs = 250;
const maxRestartPauseMs = 30_000;

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
