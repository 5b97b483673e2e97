import type { InstanceEvents, InstanceHost, InstanceSpec } from '../service/ports.ts';
import type { Instance } from './instance.ts';
import { InstanceRun, type InstanceSurroundings } from './instance-run.ts';

/**
 * Runs instances, a container each. A container that ends by itself is started again on its instance after a growing
 * pause; one that never becomes healthy in three starts fails its instance.
 */
export class LocalInstances implements InstanceHost {
  readonly #options: InstanceSurroundings;
  readonly #running = new Map<string, InstanceRun>();

  constructor(options: InstanceSurroundings) {
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

const drainTimeoutMs = 60_000;
