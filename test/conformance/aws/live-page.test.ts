import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LiveState } from '../../../src/dashboard/live/live-shape.ts';
import { eventually } from '../../support/eventually.ts';
import { type Stage, startStage } from './stage.ts';
import { upWithLittle } from './verbs.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const { exitCode, stderr } = await stage.mlbench([
    ...upWithLittle,
    ...['--model-data', 's3://brought/model.tar.gz'],
  ]);
  expect(exitCode, stderr).toBe(0);
});
afterAll(() => stage?.stop());

const load = ['load', '--users', '2', '--wait', 'pacing:200ms', '--body', '{}'];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** What a page is told that comes now; null: nothing yet. */
async function stateAt(port: number): Promise<LiveState | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/events`);
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const state = /^event: state\ndata: (.*)\n\n/m.exec(text)?.[1];
      if (state !== undefined) return JSON.parse(state);
    }
  } catch {
    // It does not listen yet.
  }
  return null;
}

it('shows the instances that AWS tells of, beside the load', async () => {
  const port = await freePort();
  const ended = stage.mlbench([...load, '--duration', '6s', '--web', String(port)]);
  let state: LiveState | null = null;
  await eventually(
    () => `instances are watched: ${JSON.stringify(state?.facts.fleet)}`,
    async () => {
      state = await stateAt(port);
      return state?.facts.fleet.state === 'watched' && (state.now.figures?.total.ended ?? 0) > 0;
    },
    60_000,
  );
  const { facts, timeline } = state!;
  expect(facts.destination).toMatch(/^endpoint mlbench through the SageMaker runtime/);
  expect(timeline).toContainEqual(expect.objectContaining({ type: 'capacity', current: 1 }));
  expect((await ended).stderr).not.toContain('bug');
});
