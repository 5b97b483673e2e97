import { setTimeout as sleep } from 'node:timers/promises';
import { type Generator, startGenerator } from './generator.ts';
import type { Origin } from './origin.ts';
import type { Job, Tool } from './tools/tool.ts';

export interface Measured {
  cpuUsPerRequest: number;
  /** Of that, outside the kernel. */
  userUsPerRequest: number;
  /** Reached within the window, on the generator's one core. */
  rateRps: number;
  /** Share of its core that the generator used, 0 to 1; well below 1 the server was the slower one. */
  busy: number;
  serverBusy: number;
  /** At the window's end. */
  residentKb: number;
}

export interface Window {
  /** From the moment that all connections are there: compilers and caches get warm. */
  warmUpMs: number;
  windowMs: number;
}

/**
 * Runs a generator on one core and looks at it from outside for a while: its CPU time from the kernel's books over the
 * requests that the server counted meanwhile. Its start, its end and its own account of itself play no part.
 * @throws Error if it does not get its connections up, or ends, or sends next to nothing
 */
export async function measure(tool: Tool, job: Job, origin: Origin, window: Window): Promise<Measured> {
  const generator = await startGenerator(tool, job, origin);
  try {
    await sleep(window.warmUpMs);
    return await watch(generator, window.windowMs);
  } finally {
    await generator.end();
  }
}

async function watch(generator: Generator, windowMs: number): Promise<Measured> {
  const before = await generator.look();
  await sleep(windowMs);
  const after = await generator.look();
  const requests = after.requests - before.requests;
  const elapsedMs = after.atMs - before.atMs;
  const cpuMs = after.cpuMs - before.cpuMs;
  if (requests < fewestRequests) throw new Error(`only ${requests} requests within ${windowMs} ms`);
  return {
    cpuUsPerRequest: (cpuMs * 1_000) / requests,
    userUsPerRequest: ((after.userMs - before.userMs) * 1_000) / requests,
    rateRps: (requests * 1_000) / elapsedMs,
    busy: cpuMs / elapsedMs,
    serverBusy: (after.serverMs - before.serverMs) / elapsedMs,
    residentKb: after.residentKb,
  };
}

/** With fewer, the kernel's 10 ms steps would be in the figure. */
const fewestRequests = 100;
