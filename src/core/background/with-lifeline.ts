import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { builtProgram } from '../package-paths.ts';
import { childEnvironment } from '../processes/child-environment.ts';

/** What a program may take; beyond it the program's lifeline ends it. Left out: anything. */
export interface ProgramBounds {
  /** Resident. */
  memoryBytes?: number;
  timeMs?: number;
}

export type ProgramWithLifeline = ChildProcess & { stdout: Readable; stderr: Readable };

/** Starts a program of ours that ends with this process, however this process ends, and within its bounds. */
export function spawnWithLifeline(
  args: readonly string[],
  bounds: ProgramBounds,
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'detached'>,
): ProgramWithLifeline {
  const lifeline = pathToFileURL(builtProgram('lifeline'));
  for (const [name, bound] of Object.entries(bounds)) lifeline.searchParams.set(name, String(bound));
  const child = spawn(process.execPath, ['--import', lifeline.href, ...args], {
    ...options,
    env: { ...childEnvironment(), ...options.env },
    // The fourth is the lifeline. This end of it is closed by the system when this process dies.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const lifelineEnd = child.stdio[3] as Socket | null;
  lifelineEnd?.on('error', () => {}).resume();
  return child as ProgramWithLifeline;
}
