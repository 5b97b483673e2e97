import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { down } from '../../src/commands/down.ts';
import { status } from '../../src/commands/status.ts';
import { up } from '../../src/commands/up.ts';
import { findServiceEndpoint } from '../../src/experiment/endpoints/service-endpoint.ts';
import type { ResourceEvent } from '../../src/resources/engine/events.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import { goneFrom, makeStateFolder, processesOf, type StateFolder } from './state-folder.ts';

let folder: StateFolder;

beforeEach(() => {
  folder = makeStateFolder();
});
afterEach(() => folder.dispose());

/** Runs the verb until it tells the event, and kills it there and then. */
async function killAt(verb: 'up' | 'down', type: ResourceEvent['type'], kind: string): Promise<void> {
  const program = fileURLToPath(import.meta.resolve('./verb-process.ts'));
  const child: ChildProcess = spawn(process.execPath, [program, verb, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => {
    const event = JSON.parse(line) as { type: string; kind?: string };
    if (event.type === type && event.kind === kind) child.kill('SIGKILL');
  });
  expect(await ended).toBe('SIGKILL');
}

async function expectNothingLeft(): Promise<void> {
  expect(openLedger(folder.path).read().experiments).toEqual({});
  await goneFrom(folder.path);
}

describe('up, killed with SIGKILL', () => {
  it.each([
    ['resource-started', 'stand-in'],
    ['resource-started', 'endpoint'],
    ['resource-done', 'scalable-target'],
  ] as const)('at %s of the %s: down leaves nothing', async (type, kind) => {
    await killAt('up', type, kind);
    expect(await down(folder.context())).toMatchObject({ exitCode: 0, left: [] });
    await expectNothingLeft();
  });

  it('while it makes the endpoint: the next up completes', async () => {
    await killAt('up', 'resource-started', 'endpoint');
    expect(await up({}, folder.context())).toMatchObject({ exitCode: 0, instances: 1 });
    expect((await status(folder.context())).resources.every(({ state }) => state === 'present')).toBe(true);
    await down(folder.context());
    await expectNothingLeft();
  });
});

describe('down, killed with SIGKILL', () => {
  it('while it removes the endpoint: the next down leaves nothing', async () => {
    await up({}, folder.context());
    await killAt('down', 'resource-started', 'endpoint');
    expect(await down(folder.context())).toMatchObject({ exitCode: 0, left: [] });
    await expectNothingLeft();
  });
});

describe('the stand-in, killed with SIGKILL', () => {
  beforeEach(async () => {
    await up({}, folder.context());
    const { standIn } = await status(folder.context());
    process.kill(standIn?.pid as number, 'SIGKILL');
  });

  it('takes all with it: status and load say so, and down clears up', async () => {
    const seen = await status(folder.context());
    expect(seen).toMatchObject({ exitCode: 0, up: false, standIn: null, endpointStatus: null });
    expect(folder.events.at(-1)).toMatchObject({
      type: 'notice',
      message: 'the stand-in does not run any more: what the experiment had in it died with it',
    });
    await expect(findServiceEndpoint(undefined, folder.context())).rejects.toMatchObject({
      code: 'stand-in-gone',
      exitCode: 2,
      remedy: 'run mlbench up --target local to start anew',
    });
    const outcome = await down(folder.context());
    expect(outcome).toMatchObject({ exitCode: 0, left: [] });
    expect(outcome.removed.map(({ kind }) => kind)).toContain('endpoint');
    await expectNothingLeft();
  });

  it('is started anew by the next up, with a front that finds it', async () => {
    const outcome = await up({}, folder.context());
    expect(outcome.resources.filter(({ outcome: did }) => did === 'unchanged')).toEqual([]);
    const answer = await fetch(outcome.apiUrl as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instances: [[39.1, 18.7, 181, 3750]] }),
    });
    expect([200, 400]).toContain(answer.status);
    await down(folder.context());
    await expectNothingLeft();
  });
});

describe('the API front, killed with SIGKILL', () => {
  it('is started again by up and missed by nothing in down', async () => {
    const { apiUrl } = await up({}, folder.context());
    const front = processesOf(join(folder.path, 'api'));
    expect(front).toHaveLength(1);
    process.kill(front[0] as number, 'SIGKILL');
    await goneFrom(join(folder.path, 'api'));
    expect((await status(folder.context())).apiUrl).toBeNull();
    const again = await up({}, folder.context());
    expect(again.apiUrl).not.toBe(apiUrl);
    expect(again.resources.filter(({ outcome }) => outcome !== 'unchanged')).toMatchObject([{ kind: 'api' }]);
    await down(folder.context());
    await expectNothingLeft();
  });
});
