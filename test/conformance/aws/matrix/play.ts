import { expect } from 'vitest';
import type { Ended } from '../../../support/ended.ts';
import { placesOfSecrets, type Scene, type Stage } from '../stage.ts';
import type { Intervention } from '../world/gateway.ts';
import type { RecordedCall } from '../world/recorded-call.ts';
import type { Journey } from './journeys.ts';

/** A journey that was gone once without a hindrance. */
export interface Rehearsed extends Journey {
  start: Scene;
  calls: readonly RecordedCall[];
  /** What there is at its end. */
  outcome: readonly string[];
}

export async function rehearse(stage: Stage, journey: Journey): Promise<Rehearsed> {
  const play = startPlay(stage);
  await stage.reset();
  for (const verb of journey.before) await play.run(verb);
  await journey.prepare?.(stage);
  const start = await stage.keep();
  await play.run(journey.verb);
  const calls = [...stage.gateway.calls()];
  const outcome = await stage.inspector.everything();
  expect(outcome.length === 0).toBe(journey.to === 'remove');
  return { ...journey, start, calls, outcome };
}

/** The commands of one scenario. */
export interface Play {
  /** @throws what vitest says of a command that fails */
  run(verb: readonly string[], intervention?: Intervention): Promise<void>;
  runAnyhow(verb: readonly string[], intervention: Intervention): Promise<Ended>;
  runKilled(verb: readonly string[], intervene: (kill: () => void) => Intervention): Promise<void>;
  expectNothingLeft(): Promise<void>;
}

export function startPlay(stage: Stage): Play {
  const runs: Ended[] = [];
  const kept = (ended: Ended) => {
    runs.push(ended);
    return ended;
  };
  return {
    async run(verb, intervention) {
      const ended = kept(await stage.mlbench(verb, intervention));
      expect(ended.exitCode, ended.stderr).toBe(0);
    },
    runAnyhow: async (verb, intervention) => kept(await stage.mlbench(verb, intervention)),
    async runKilled(verb, intervene) {
      let reached = false;
      const ended = kept(
        await stage.mlbenchKilled(verb, (kill) =>
          intervene(() => {
            reached = true;
            kill();
          }),
        ),
      );
      expect(reached, `the call was never made: ${ended.stderr}`).toBe(true);
      expect(ended.exitCode, `it ended by itself: ${ended.stderr}`).toBeNull();
    },
    async expectNothingLeft() {
      expect(await stage.inspector.everything()).toEqual([]);
      expect(placesOfSecrets(stage, runs)).toEqual([]);
    },
  };
}
