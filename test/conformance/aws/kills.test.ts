import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/ended.ts';
import { killAfter, killBefore } from './interventions.ts';
import { type CallSpot, spotsOf, spotText } from './recorded-call.ts';
import { sampled } from './sample.ts';
import { placesOfSecrets, startStage } from './stage.ts';
import { down, up } from './verbs.ts';

const stage = await startStage();
afterAll(() => stage.stop());

await stage.reset();
const callsOf = async (verb: readonly string[]) => {
  const ended = await stage.mlbench(verb);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return spotsOf(stage.gateway.calls());
};
const upCalls = await callsOf(up);
const downCalls = await callsOf(down);

const moments = { before: killBefore, after: killAfter };
interface Kill {
  when: keyof typeof moments;
  at: CallSpot;
}

const kills = (calls: readonly CallSpot[]): Kill[] =>
  calls.flatMap((at) => (['before', 'after'] as const).map((when) => ({ when, at })));

const titled = (chosen: readonly Kill[]) =>
  chosen.map((kill) => [`${kill.when} ${spotText(kill.at)}`, kill] as const);

let runs: Ended[] = [];
beforeEach(async () => {
  runs = [];
  await stage.reset();
});

async function run(verb: readonly string[]): Promise<void> {
  const ended = await stage.mlbench(verb);
  runs.push(ended);
  expect(ended.exitCode, ended.stderr).toBe(0);
}

async function killed(verb: readonly string[], { when, at }: Kill): Promise<void> {
  const ended = await stage.mlbench(verb, (kill) => moments[when](at, kill));
  runs.push(ended);
  expect(ended.exitCode, `it ended by itself: ${ended.stderr}`).toBeNull();
}

async function expectNothingLeft(): Promise<void> {
  expect(await stage.inspector.everything()).toEqual([]);
  expect(placesOfSecrets(stage, runs)).toEqual([]);
}

const ofUp = sampled(titled(kills(upCalls)), 6);
const ofDown = sampled(titled(kills(downCalls)), 4);

describe(`up, killed with SIGKILL (${ofUp.note})`, () => {
  it.each(ofUp.chosen)('%s: down leaves nothing, and up completes', async (_, moment) => {
    await killed(up, moment);
    await run(down);
    await expectNothingLeft();

    await killed(up, moment);
    await run(up);
    expect(await stage.inspector.everything()).toContain('sagemaker Endpoint mlbench');
    await run(down);
    await expectNothingLeft();
  });
});

describe(`down, killed with SIGKILL (${ofDown.note})`, () => {
  it.each(ofDown.chosen)('%s: the next down leaves nothing', async (_, moment) => {
    await run(up);
    await killed(down, moment);
    await run(down);
    await expectNothingLeft();
  });
});
