import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-paths.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { generatorCore } from './cores.ts';
import type { Origin } from './origin.ts';
import { run } from './tools/commands.ts';
import type { Job } from './tools/tool.ts';

export interface SendLag {
  rateRps: number;
  precise: boolean;
  p50Us: number;
  p99Us: number;
  sent: number;
}

const program = [process.execPath, join(packageRoot, 'bin', 'mlbench.js'), 'load'];

/** How late requests of the open model leave: Poisson arrivals, one worker, through the command line itself. */
export async function measureSendLag(
  origin: Origin,
  files: Pick<Job, 'bodyFile' | 'folder'>,
): Promise<SendLag[]> {
  // A command line without arrivals has no lag of theirs.
  const { output: help } = await run([...program, '--help']);
  if (!help.includes('--rate ')) return [];
  const measured: SendLag[] = [];
  for (const precise of help.includes('--precise') ? [false, true] : [false]) {
    for (const rateRps of [1_000, 5_000]) measured.push(await measureOne(rateRps, precise, origin, files));
  }
  return measured;
}

async function measureOne(
  rateRps: number,
  precise: boolean,
  origin: Origin,
  { bodyFile, folder }: Pick<Job, 'bodyFile' | 'folder'>,
): Promise<SendLag> {
  const { output } = await run([
    ...['taskset', '-c', String(generatorCore), ...program, '--url', origin.urlFor('plain').href],
    ...['--body', `@${bodyFile}`, '--rate', String(rateRps), '--arrivals', 'poisson', '--seed', '1'],
    ...['--workers', '1', '--warmup', '3s', '--duration', '13s', ...(precise ? ['--precise'] : [])],
    ...['--state-dir', join(folder, 'state'), '--json', '--quiet'],
  ]);
  const result: RunResult = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  const { p50, p99 } = result.latencyUs.sendLag;
  console.log(`  ${rateRps}/s${precise ? ', precise' : ''}: p50 ${p50} µs, p99 ${p99} µs`);
  return { rateRps, precise, p50Us: p50!, p99Us: p99!, sent: result.requests.sent };
}
