import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../src/cli/options/settings.ts';
import { bytesOfContent, type ContentPlaces, contentOfFile } from '../../../src/core/content.ts';
import { loadOptions } from '../../../src/experiment/load/load-options.ts';
import { planLoad } from '../../../src/experiment/load/load-plan.ts';
import { toLoadOptions } from '../../../src/experiment/load/to-load-options.ts';
import { locateScenario } from '../../../src/load/iteration/scenario/load-scenario.ts';
import { indexPayloads } from '../../../src/load/payloads/index-payloads.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { countOffered } from '../../../src/offered/intended-count.ts';
import { makeStateFolder, type StateFolder } from '../../commands/state-folder.ts';

let here: string;
let elsewhere: string;
let state: StateFolder;
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'mlbench-here-'));
  writeFileSync(join(here, 'bodies.jsonl'), '{"a":1}\n{"a":2}\n');
  writeFileSync(join(here, 'weights.txt'), '1\n3\n');
  writeFileSync(join(here, 'flow.ts'), 'export default { flows: [{ name: "x", request: { path: "/" } }] };');
  writeFileSync(join(here, 'arrivals.txt'), '0.1\n0.2\n0.9\n');
  writeFileSync(join(here, 'question.json'), '{"question":1}');
  elsewhere = mkdtempSync(join(tmpdir(), 'mlbench-elsewhere-'));
  cpSync(here, elsewhere, { recursive: true });
  state = makeStateFolder();
});
afterAll(() => {
  for (const folder of [here, elsewhere]) rmSync(folder, { recursive: true, force: true });
  state.dispose();
});

/** A plan as it comes out of a wire, and where another machine has its files. */
async function carried(flags: Record<string, string>): Promise<{ plan: LoadPlan; contents: ContentPlaces }> {
  const settings = resolveSettings(loadOptions, {
    flags: Object.fromEntries(Object.entries(flags).map(([key, text]) => [key, [text]])),
    environment: {},
    config: {},
    configFile: 'mlbench.config.json',
  });
  const { plan } = await planLoad(toLoadOptions(settings), state.context());
  const text = JSON.stringify(plan);
  expect(text).not.toContain(here);
  expect(JSON.parse(text)).toEqual(plan);
  return { plan: JSON.parse(text), contents: await placesIn(elsewhere) };
}

async function placesIn(folder: string): Promise<ContentPlaces> {
  const places: Record<string, { path: string }> = {};
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    places[(await contentOfFile(path)).sha256] = { path };
  }
  return places;
}

describe('a load’s plan means the same on another machine that has its files elsewhere', () => {
  const url = 'http://service.example/';

  it('with one body', async () => {
    const { plan, contents } = await carried({ url, body: `@${join(here, 'question.json')}` });
    expect(Buffer.from(bytesOfContent(contents, plan.body!)).toString()).toBe('{"question":1}');
    expect(prepareRequest(plan, contents).bytesAt(0).toString()).toMatch(/\r\n\r\n\{"question":1\}$/);
  });

  it('with a file of bodies and their weights', async () => {
    const { plan, contents } = await carried({
      url,
      data: join(here, 'bodies.jsonl'),
      dataWeights: join(here, 'weights.txt'),
    });
    const index = await indexPayloads(plan.data!, contents, new AbortController().signal);
    expect(index.count).toBe(2);
    expect([...index.weightSums!]).toEqual([1, 4]);
  });

  it('with a scenario', async () => {
    const { plan, contents } = await carried({ url, scenario: join(here, 'flow.ts') });
    expect(locateScenario(plan.scenario!, contents).file).toBe(join(elsewhere, 'flow.ts'));
  });

  it('with a trace', async () => {
    const { plan, contents } = await carried({ url, trace: join(here, 'arrivals.txt') });
    const offered = countOffered(plan.offered, plan, contents, { warmupMs: 0, endMs: 60_000 });
    expect(offered?.arrivals).toBe(3);
  });

  it('and says which file another machine lacks', async () => {
    const { plan } = await carried({ url, scenario: join(here, 'flow.ts') });
    expect(() => locateScenario(plan.scenario!, {})).toThrow(/no file here for flow\.ts/);
  });
});
