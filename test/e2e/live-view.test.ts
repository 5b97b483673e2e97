import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/cli/terminal/text.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';
import { PseudoTerminal, typed } from './pseudo-terminal.ts';

let service: Server;
let address: string;
let workplace: Workplace;
let terminal: PseudoTerminal | undefined;

beforeAll(async () => {
  service = createServer((request, response) => {
    request.resume();
    response.end('ok');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
});
afterAll(() => {
  service.closeAllConnections();
  service.close();
});
beforeEach(() => {
  workplace = new Workplace();
});
afterEach(async () => {
  terminal?.close();
  await workplace.dispose();
});

const esc = String.fromCharCode(27);
const cursorMove = new RegExp(`${esc}\\[[0-9;]*[A-HJK]`);

const load = (...args: string[]) => typed('load', address, '--users', '3', '--wait', 'pacing:50ms', ...args);

function resultOf(): RunResult {
  const [run = ''] = readdirSync(workplace.path('.mlbench', 'runs'));
  return workplace.readJson<RunResult>('.mlbench', 'runs', run, 'result.json');
}

describe('the view of a load in a real terminal', () => {
  it('is steered by its keys: more users, a pause, on again, and the end', async () => {
    const end = 'echo ended with $?';
    terminal = new PseudoTerminal(workplace.folder, `${load('-z', '60s')}; ${end}`);
    const seen = () => stripVTControlCharacters(terminal!.shown());
    await eventually('keys are named', () => seen().includes('p: pause, go on'));
    await eventually('the answered rate is drawn', () => /answered +\S* ?\d/.test(seen()));
    terminal.press('W');
    await eventually('ten more', () => seen().includes(' 13 users'));
    terminal.press('p');
    await eventually('it is paused', () => seen().includes('paused: nothing new is sent'));
    // A pause that is taken back before it comes into force is none.
    await eventually('nothing is sent', () => / 0\.0\/s/.test(seen()));
    terminal.press(' ');
    await eventually('it goes on', () => seen().split('10 users more than planned').length > 2);
    terminal.press('q');
    await eventually('it has ended', () => seen().includes('ended with 0'));
    const { ended, profile } = resultOf();
    expect(ended?.reason).toBe('asked');
    expect((profile as { changes?: unknown }).changes).toMatchObject([
      { addedUsers: 10 },
      { paused: true },
      { addedUsers: 10 },
    ]);
  });

  it.each([
    { columns: 40, rows: 24, setting: '' },
    { columns: 80, rows: 24, setting: '' },
    { columns: 120, rows: 24, setting: 'NO_COLOR=1' },
    { columns: 80, rows: 4, setting: '' },
    { columns: 20, rows: 3, setting: 'LC_ALL=C' },
  ])('fits $columns columns and $rows rows $setting', async ({ columns, rows, setting }) => {
    const command = `stty cols ${columns} rows ${rows}; export A=1 ${setting}; ${load('-z', '4s')}; echo ended`;
    terminal = new PseudoTerminal(workplace.folder, command);
    await eventually('it has ended', () => terminal!.shown().includes('ended\r'));
    const [shown = ''] = terminal.shown().split('time is up');
    // Where the cursor is moved, another line begins.
    const lines = shown.split(cursorMove).flatMap((part) => stripVTControlCharacters(part).split(/[\r\n]+/));
    const view = lines.filter((line) => /^\S? ?(0:0\d|sent|answered|p99|keys)/.test(line.trimStart()));
    expect(view.length).toBeGreaterThan(0);
    expect(view.filter((line) => displayWidth(line) > columns)).toEqual([]);
    if (setting === 'NO_COLOR=1') expect(shown).not.toContain(`${esc}[3`);
    if (setting === 'LC_ALL=C') expect(shown).not.toMatch(/[▁-█]/);
    // More lines than the terminal has could not be taken away again.
    const drawn = shown.split(`${esc}[1A`).length;
    if (rows === 3) expect(drawn).toBe(1);
  });

  it('is a line now and then where there is no terminal, and on a dumb one', async () => {
    const piped = await workplace.mlbench('load', address, '-c', '2', '-z', '2s');
    expect(piped.stderr).not.toMatch(/[▁-█]|keys:/);
    expect(piped.stderr).not.toContain(esc);
    terminal = new PseudoTerminal(workplace.folder, `TERM=dumb ${load('-z', '2s')}; echo ended`);
    await eventually('it has ended', () => terminal!.shown().includes('ended\r'));
    expect(terminal.shown()).not.toMatch(/[▁-█]/);
    expect(terminal.shown()).not.toContain(esc);
  });
});
