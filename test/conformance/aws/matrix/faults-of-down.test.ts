import { afterAll, describe, it } from 'vitest';
import { startStage } from '../stage.ts';
import { down } from '../verbs.ts';
import { exitCodeOf, runFaulty, scenariosOf } from './faulty.ts';
import { removingAll } from './journeys.ts';
import { rehearse, startPlay } from './play.ts';
import { sampled } from './sample.ts';

const stage = await startStage();
afterAll(() => stage.stop());
const { calls, start } = await rehearse(stage, removingAll);
const { note, chosen } = sampled(scenariosOf(calls), 6);

describe(`down, with a fault in a call (${note})`, () => {
  it.each(chosen)('%s', async (_, scenario) => {
    await stage.enter(start);
    const play = startPlay(stage);
    await runFaulty(stage, play, down, scenario, {
      exitCodes: scenario.fault.passing ? [0] : [6, exitCodeOf(scenario)],
      usualCalls: calls.length,
    });
    await play.run(down);
    await play.expectNothingLeft();
  });
});
