import { setTimeout as sleep } from 'node:timers/promises';
import { generatorCore } from './cores.ts';
import type { Origin } from './origin.ts';
import { endProcess, startProcess, type Usage, usageOf } from './processes.ts';
import type { Job, Tool } from './tools/tool.ts';

/** A load generator at work, held to one core, seen from outside. */
export interface Generator {
  /** @throws Error if it has ended by itself */
  look(): Promise<Look>;
  end(): Promise<void>;
}

interface Look extends Usage {
  atMs: number;
  /** That the server has counted so far. */
  requests: number;
  connections: number;
  /** CPU time of the server so far. */
  serverMs: number;
}

/**
 * Starts one and waits until it sends on all of its connections.
 * @throws Error if it ends before, or does not come so far in time
 */
export async function startGenerator(tool: Tool, job: Job, origin: Origin): Promise<Generator> {
  const { command, env } = tool.launch(job);
  const child = startProcess(['taskset', '-c', String(generatorCore), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    cwd: job.folder,
  });
  let said = '';
  const hear = (text: Buffer) => {
    said = `${said}${text}`.slice(-mostOutput);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const look = async (): Promise<Look> => {
    if (child.exitCode !== null) throw new Error(`${tool.name} ended with code ${child.exitCode}: ${said}`);
    const { requests, connections, cpuMs } = await origin.count();
    return { ...usageOf(child.pid!), atMs: performance.now(), requests, connections, serverMs: cpuMs };
  };
  const end = () => endProcess(child);
  try {
    const start = await look();
    const deadlineMs = performance.now() + startUpMs + startUpMsPerConnection * job.connections;
    for (;;) {
      await sleep(100);
      const { requests, connections } = await look();
      if (requests > start.requests && connections >= 0.99 * job.connections) return { look, end };
      if (performance.now() > deadlineMs) {
        throw new Error(`${tool.name} has ${connections} of ${job.connections} connections. ${said}`);
      }
    }
  } catch (error) {
    await end();
    throw error;
  }
}

const startUpMs = 20_000;
const startUpMsPerConnection = 10;
const mostOutput = 2_000;
