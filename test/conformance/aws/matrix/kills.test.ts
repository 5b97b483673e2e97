import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { startStage } from '../stage.ts';
import { down } from '../verbs.ts';
import { type CallSpot, nameOf, type RecordedCall, spotsOf, spotText } from '../world/recorded-call.ts';
import { isRead, killAfter, killBefore } from './interventions.ts';
import { journeys } from './journeys.ts';
import { type Rehearsed, rehearse, startPlay } from './play.ts';
import { sampled } from './sample.ts';

const stage = await startStage();
afterAll(() => stage.stop());
const rehearsed: Rehearsed[] = [];
for (const journey of journeys) rehearsed.push(await rehearse(stage, journey));

const moments = { before: killBefore, after: killAfter };
interface Kill {
  journey: Rehearsed;
  when: keyof typeof moments;
  at: CallSpot;
}

/** A call that only looks is the same before and after: nothing has happened, and nobody was answered. */
const momentsOf = (call: RecordedCall): Kill['when'][] => (isRead(call) ? ['before'] : ['before', 'after']);

const killsOf = (journey: Rehearsed) => {
  const spots = spotsOf(journey.calls);
  return journey.calls.flatMap((call, index) => {
    const at = spots[index] as CallSpot;
    const wanted = journey.only?.(at) ?? (journey.everyCall || !isRead(call));
    return wanted ? momentsOf(call).map((when): Kill => ({ journey, when, at })) : [];
  });
};
const all = rehearsed.flatMap(killsOf);
const { note, chosen } = sampled(
  all.map((kill) => [`${kill.journey.name}: ${kill.when} ${spotText(kill.at)}`, kill] as const),
  12,
);

describe(`killed with SIGKILL (${note})`, () => {
  it.each(chosen)('%s', async (_, { journey, when, at }) => {
    await stage.enter(journey.start);
    const play = startPlay(stage);
    await play.runKilled(journey.verb, (kill) => moments[when](at, kill));
    if (journey.to === 'remove') {
      await play.run(journey.verb);
      await play.expectNothingLeft();
      return;
    }
    const killed = await stage.keep();
    await play.run(down);
    await play.expectNothingLeft();

    await stage.enter(killed);
    killed.forget();
    await play.run(journey.verb);
    expect(await stage.inspector.everything()).toEqual(journey.outcome);
    await play.run(down);
    await play.expectNothingLeft();
  });
});

/** Calls that change something, and are not of an experiment's making, changing and removing. */
const elsewhere = ['InvokeEndpoint', 'FilterLogEvents'];

it('every call in the source that changes something is killed at', () => {
  const source = fileURLToPath(new URL('../../../../src', import.meta.url));
  const texts = globSync(`${source}/**/*.ts`).map((file) => readFileSync(file, 'utf8'));
  const made = texts.flatMap((text) =>
    [...text.matchAll(/\bnew ([A-Z]\w+)Command\(/g)].map((match) => match[1]!),
  );
  expect(made.length).toBeGreaterThan(50);
  // What the SDK's upload in parts calls by itself.
  const ofLibraries = ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];
  const changing = [...made, ...ofLibraries].filter((operation) => !isRead({ operation }));
  const killedAt = new Set(all.map(({ at }) => at.name.split(' ')[1]));
  const missed = [...new Set(changing)].filter(
    (operation) => !killedAt.has(operation) && !elsewhere.includes(operation),
  );
  expect(missed).toEqual([]);
});

it('what moto keeps of a removed experiment changes nothing of the next', async () => {
  const [makingAll] = rehearsed as [Rehearsed];
  const changesOf = (calls: Rehearsed['calls']) =>
    calls
      .filter((call) => !isRead(call))
      .map(nameOf)
      .toSorted();
  await stage.reset();
  const play = startPlay(stage);
  await play.run(makingAll.verb);
  await play.run(down);
  await play.run(makingAll.verb);
  expect(changesOf(stage.gateway.calls())).toEqual(changesOf(makingAll.calls));
});
