import { setTimeout as sleep } from 'node:timers/promises';
import { startGenerator } from './generator.ts';
import type { Origin } from './origin.ts';
import { mlbench } from './tools/mlbench.ts';
import type { Job } from './tools/tool.ts';

export interface IdleMemory {
  users: number;
  pacingMs: number;
  residentKb: number;
  /** Over the run with the fewest users. */
  kbAUser: number | undefined;
}

type Files = Pick<Job, 'bodyFile' | 'caFile' | 'folder'>;

/**
 * What a user costs that mostly waits. The rate of requests is the same with few users as with many, so that the difference
 * is the users' alone and not the garbage of their requests.
 */
export async function measureIdleUsers(
  origin: Origin,
  files: Files,
  warmUpMs: number,
): Promise<IdleMemory[]> {
  const measured: IdleMemory[] = [];
  for (const users of [10, 1_000, 10_000]) {
    const pacingMs = (users * 1_000) / sharedRateRps;
    const [residentKb] = (await residentOverTime(origin, files, users, pacingMs, [warmUpMs])) as [number];
    const base = measured[0];
    const kbAUser = base && (residentKb - base.residentKb) / (users - base.users);
    measured.push({ users, pacingMs, residentKb, kbAUser });
    console.log(
      `  ${users} users: ${Math.round(residentKb / 1_024)} MB, ${kbAUser?.toFixed(1) ?? '-'} KB a user`,
    );
  }
  return measured;
}

/** Resident memory in KB of one run under full load, at each of these instants after all users are there. */
export async function measureGrowth(
  origin: Origin,
  files: Files,
  atMs: readonly number[],
): Promise<{ atMs: number; residentKb: number }[]> {
  const resident = await residentOverTime(origin, files, 64, undefined, atMs);
  return atMs.map((each, index) => ({ atMs: each, residentKb: resident[index]! }));
}

const sharedRateRps = 1_000;

async function residentOverTime(
  origin: Origin,
  files: Files,
  users: number,
  pacingMs: number | undefined,
  atMs: readonly number[],
): Promise<number[]> {
  const job: Job = { ...files, kind: 'plain', url: origin.urlFor('plain'), connections: users };
  const generator = await startGenerator(
    mlbench,
    pacingMs === undefined ? job : { ...job, pacingMs },
    origin,
  );
  try {
    const startMs = performance.now();
    const resident: number[] = [];
    for (const instant of atMs) {
      await sleep(Math.max(0, startMs + instant - performance.now()));
      resident.push((await generator.look()).residentKb);
    }
    return resident;
  } finally {
    await generator.end();
  }
}
