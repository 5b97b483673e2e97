import { afterAll, describe, expect, it } from 'vitest';
import { startStage } from '../stage.ts';
import { down, up } from '../verbs.ts';
import { type CallSpot, nameOf, type RecordedCall, spotsOf, spotText } from '../world/recorded-call.ts';
import { exitCodeOf, runFaulty, scenariosOf } from './faulty.ts';
import { isRead, staleRead } from './interventions.ts';
import { makingAll } from './journeys.ts';
import { rehearse, startPlay } from './play.ts';
import { sampled } from './sample.ts';

const stage = await startStage();
afterAll(() => stage.stop());
const { calls, start } = await rehearse(stage, makingAll);

const faulty = sampled(scenariosOf(calls), 12);
const stale = sampled(
  staleReads(calls).map((at) => [spotText(at), at] as const),
  3,
);

describe(`up, with a fault in a call (${faulty.note})`, () => {
  it.each(faulty.chosen)('%s', async (_, scenario) => {
    await stage.enter(start);
    const play = startPlay(stage);
    await runFaulty(stage, play, up, scenario, {
      // What only helps, as a look at a price, may fail without the rest.
      exitCodes: scenario.fault.passing ? [0] : [exitCodeOf(scenario), 0],
      usualCalls: calls.length,
    });
    await play.run(down);
    await play.expectNothingLeft();
  });
});

describe(`up, with a look that does not see yet what was just done (${stale.note})`, () => {
  it.each(stale.chosen)('%s: nothing is left after down', async (_, at) => {
    await stage.enter(start);
    const play = startPlay(stage);
    let struck = false;
    const ended = await play.runAnyhow(
      up,
      staleRead(at, () => {
        struck = true;
      }),
    );
    expect(struck).toBe(true);
    expect([0, 3], ended.stderr).toContain(ended.exitCode);
    await play.run(down);
    await play.expectNothingLeft();
  });
});

/** Reads that the command has made before, with a change in between. */
function staleReads(made: readonly RecordedCall[]): CallSpot[] {
  const keyOf = (call: RecordedCall) => `${call.url} ${nameOf(call)} ${call.body}`;
  const spots = spotsOf(made);
  return spots.filter((_, index) => {
    const call = made[index] as RecordedCall;
    const before = made.findLastIndex((other, at) => at < index && keyOf(other) === keyOf(call));
    const changed = before >= 0 && made.slice(before, index).some((other) => !isRead(other));
    return isRead(call) && changed;
  });
}
