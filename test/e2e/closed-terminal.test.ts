import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/core/clock.ts';
import type { Ledger } from '../../src/resources/engine/ledger.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';
import { PseudoTerminal, typed } from './pseudo-terminal.ts';

/** A workplace with a terminal in it, and what outlives the terminal. */
async function inTerminal(use: (place: Place) => Promise<void>): Promise<void> {
  const workplace = new Workplace();
  const terminals: PseudoTerminal[] = [];
  const runs = workplace.path('.mlbench', 'runs');
  try {
    await use({
      workplace,
      open(command) {
        const terminal = new PseudoTerminal(workplace.folder, command);
        terminals.push(terminal);
        return terminal;
      },
      exitCode: () => {
        const file = workplace.path('exit-code');
        return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
      },
      experiments: () => Object.keys(workplace.readJson<Ledger>('.mlbench', 'ledger.json').experiments),
      runFiles: () =>
        existsSync(runs) ? readdirSync(runs).flatMap((run) => readdirSync(`${runs}/${run}`)) : [],
    });
  } finally {
    for (const terminal of terminals) terminal.close();
    await workplace.dispose();
  }
}

interface Place {
  workplace: Workplace;
  open(command: string): PseudoTerminal;
  exitCode(): string;
  experiments(): string[];
  runFiles(): string[];
}

/**
 * The exit code outlives the terminal: a shell whose own trap for SIGHUP does nothing writes it down. Around it is one that
 * dies of SIGHUP, as login shells do: then, and not before, the kernel tells everybody else.
 */
const noting = (command: string) => `bash -c 'trap : HUP; ${command}; echo $? > exit-code'; true`;
const load = ['load', '--users', '2', '--duration'];

describe('a terminal that is closed', () => {
  it.concurrent('ends a run as SIGTERM does: all is taken down, what was measured is kept', () =>
    inTerminal(async ({ workplace, open, exitCode, experiments, runFiles }) => {
      const terminal = open(noting(typed('run', '--users', '2')));
      await eventually('the load runs', () => / 2 users/.test(terminal.shown()), 60_000);
      terminal.close();
      await eventually('the run has ended', () => exitCode() !== '', 60_000);
      expect(exitCode()).toBe('130');
      expect(experiments()).toEqual([]);
      expect(runFiles()).toEqual(expect.arrayContaining(['result.json', 'report.html']));
      await eventually('no process is left', () => workplace.processes().length === 0);
    }));

  it.concurrent('ends up where it is, on record for down', () =>
    inTerminal(async ({ workplace, open, exitCode }) => {
      const terminal = open(noting(typed('up')));
      await eventually('something is made', () => /stand-in local created/.test(terminal.shown()), 60_000);
      terminal.close();
      await eventually('up has ended', () => exitCode() !== '', 60_000);
      expect(exitCode()).toMatch(/^(130|0)$/);
      expect((await workplace.mlbench('down')).exitCode).toBe(0);
      expect(workplace.processes()).toEqual([]);
    }));

  it.concurrent.each([
    ['nohup', (command: string) => `nohup ${command}`],
    ['a shell that ignores it', (command: string) => `trap "" HUP; ${command}`],
  ])('ends nothing that was started by %s', (_, start) =>
    inTerminal(async ({ workplace, open, runFiles }) => {
      expect((await workplace.mlbench('up', '--no-api')).exitCode).toBe(0);
      const terminal = open(noting(start(typed(...load, '2s', '>told', '2>&1'))));
      await eventually('the load runs', () => runFiles().includes('timeline.ndjson'), 60_000);
      terminal.close();
      await eventually('the load has ended', () => runFiles().includes('report.html'), 60_000);
      expect(readFileSync(workplace.path('told'), 'utf8')).not.toMatch(/interrupted|stopping/);
    }),
  );
});

describe('a reader that goes away', () => {
  it.concurrent('does not end a run, which takes everything down at its end', () =>
    inTerminal(async ({ workplace, open, exitCode, experiments }) => {
      const run = typed('run', '--users', '2', '--duration', '1s', '2>&1');
      open(`(${run}; echo $? > exit-code) | head -n 2; sleep 1; echo read`);
      await eventually('the run has ended', () => exitCode() !== '', 90_000);
      expect(exitCode()).toMatch(/^[05]$/);
      expect(experiments()).toEqual([]);
      await eventually('no process is left', () => workplace.processes().length === 0);
    }));
});

describe('Ctrl-Z', () => {
  it.concurrent('stops a load and nothing else, shows the cursor, and fg goes on: INVALID, keys work', () =>
    inTerminal(async ({ workplace, open, runFiles }) => {
      expect((await workplace.mlbench('up', '--no-api')).exitCode).toBe(0);
      const terminal = open('bash --norc --noprofile -i');
      terminal.press(`${typed(...load, '20s', '--out', 'out')}\n`);
      await eventually('the load runs', () => / 2 users/.test(terminal.shown()), 60_000);
      terminal.press('\u001a');
      await eventually('it is stopped', () => /Stopped/.test(terminal.shown()));
      const [drawn = ''] = terminal.shown().split('Stopped');
      expect(drawn.lastIndexOf('\u001b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\u001b[?25l'));
      expect((await workplace.mlbench('invoke')).exitCode).toBe(0);
      await sleep(systemClock, 1_500);
      terminal.press('fg; echo ended with $?\n');
      const onwards = () => terminal.shown().split('Stopped')[1] ?? '';
      await eventually('it goes on', () => / 2 users/.test(onwards()));
      terminal.press('w');
      await eventually('keys are read again', () => / 3 users/.test(onwards()));
      await eventually('it has ended', () => /ended with \d/.test(onwards()), 60_000);
      expect(onwards()).toMatch(/INVALID/);
      expect(onwards()).toMatch(/ended with 5/);
      expect(runFiles()).toEqual([]);
      expect(readdirSync(workplace.path('out'))).toContain('report.html');
    }));
});

describe('a question', () => {
  it.concurrent.each([
    ['Ctrl-D is no', '\u0004', /nothing was removed[\s\S]*ended with 1/],
    ['Ctrl-C is an interruption', '\u0003', /error:.* interrupted[\s\S]*ended with 130/],
  ])('%s, and neither is a bug', (_, key, answer) =>
    inTerminal(async ({ open }) => {
      const down = typed('down', '--target', 'aws', '--region', 'us-east-1');
      const terminal = open(`${down}; echo ended with $?`);
      await eventually('it asks', () => /\[y\/N\]/.test(terminal.shown()), 60_000);
      terminal.press(key);
      await eventually('it has ended', () => /ended with/.test(terminal.shown()));
      expect(terminal.shown()).toMatch(answer);
    }),
  );
});
