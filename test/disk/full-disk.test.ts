import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../../src/core/processes/processes.ts';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-disk-'));
  mkdirSync(join(folder, 'disk'));
});
afterEach(() => {
  expect(processesNaming(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the lines on a file system of that size, which only they see. `mlbench` tells its exit code after its output. */
function onDiskOf(size: string, ...lines: string[]): string {
  const script = [
    `mount -t tmpfs -o size=${size} tmpfs ${folder}/disk && cd ${folder}`,
    `mlbench() { "${process.execPath}" ${launcher} "$@" --state-dir ${folder}/disk/state 2>&1; echo "$1 ended with $?"; }`,
    'fill() { dd if=/dev/zero of=disk/fill bs=4k 2>/dev/null; }',
    ...lines,
  ];
  // In a namespace of its own; as root of it, wherever the system lets one.
  const ended = spawnSync('unshare', ['-rm', 'bash', '-c', script.join('\n')], { encoding: 'utf8' });
  expect(ended.stderr).toBe('');
  return ended.stdout;
}

describe('a disk that is full from the start', () => {
  it.each(['local start', 'up', 'run'])('is told in one line, and nothing is made: %s', (verb) => {
    const told = onDiskOf('1m', 'mkdir disk/state; fill', `mlbench ${verb}`);
    expect(told).toMatch(
      /error: the state directory \S+ cannot be written: ENOSPC.*\n {2}→ free some space there\n/,
    );
    expect(told).toMatch(/ended with 2\n$/);
  });
});

describe('a disk that fills up', () => {
  it('once all is up: load ends with 1 and its figures, and down removes everything', () => {
    const told = onDiskOf(
      '3m',
      'mlbench up --no-api',
      'fill',
      'mlbench load --users 2 --duration 1s',
      'mlbench down',
    );
    expect(told).toMatch(/up ended with 0/);
    expect(told).toMatch(/warning: the run's folder \S+ cannot be written: ENOSPC/);
    expect(told).toMatch(/load ended with 1/);
    expect(told).toMatch(/8 resources removed, nothing is left/);
    expect(told).toMatch(/down ended with [01]\n$/);
    expect(told).not.toMatch(/a bug of mlbench/);
  });

  it('while up makes things: it stops, says so, and down removes what was made', () => {
    const told = onDiskOf('48k', 'mlbench up --no-api', 'mlbench down');
    expect(told).toMatch(/ENOSPC/);
    expect(told).toMatch(/up ended with [123]\n/);
    expect(told).toMatch(/nothing is left/);
    expect(told).toMatch(/down ended with [01]\n$/);
    expect(told).not.toMatch(/a bug of mlbench/);
  });
});
