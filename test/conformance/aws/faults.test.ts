import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/ended.ts';
import { type Fault, faults, inject, isRead, staleRead } from './interventions.ts';
import { type CallSpot, nameOf, type RecordedCall, spotsOf, spotText } from './recorded-call.ts';
import { sampled } from './sample.ts';
import { placesOfSecrets, startStage } from './stage.ts';
import { down, up } from './verbs.ts';

const stage = await startStage();
afterAll(() => stage.stop());

await stage.reset();
const callsOf = async (verb: readonly string[]) => {
  const ended = await stage.mlbench(verb);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return [...stage.gateway.calls()];
};
const upCalls = await callsOf(up);
const downCalls = await callsOf(down);

/** Retries of a call that fails every time, and looks that a fault adds to a wait. */
const mostExtraCalls = 40;

interface Scenario {
  fault: Fault;
  at: CallSpot;
}

/** An answer to HEAD has no body: nothing in it says that the credentials are wrong, and the cloud has refused. */
const exitCodeOf = ({ fault, at }: Scenario) => (/^s3 Head/.test(at.name) ? 3 : fault.exitCode);

const scenarios = (calls: readonly RecordedCall[]): Scenario[] =>
  faults.flatMap((fault) => spotsOf(calls).map((at) => ({ fault, at })));

const titled = (chosen: readonly Scenario[]) =>
  chosen.map((scenario) => {
    const { fault, at } = scenario;
    return [`${fault.name}${fault.passing ? '' : ', again and again'}: ${spotText(at)}`, scenario] as const;
  });

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

/** Runs the verb with the fault in it, and holds its words to what is promised of them. */
async function runFaulty(
  verb: readonly string[],
  { fault, at }: Scenario,
  expectations: { exitCodes: readonly number[]; mostCalls: number },
): Promise<void> {
  let victim: RecordedCall | undefined;
  const ended = await stage.mlbench(verb, () =>
    inject(fault, at, (call) => {
      victim = call;
    }),
  );
  runs.push(ended);
  const told = `${ended.stdout}${ended.stderr}`;
  expect(victim, 'no call was struck').toBeDefined();
  expect(stage.gateway.calls().length).toBeLessThanOrEqual(expectations.mostCalls);
  expect(expectations.exitCodes, told).toContain(ended.exitCode);
  if (ended.exitCode === 0) return;
  expect(told).toContain((victim as RecordedCall).operation);
  expect(told, 'no remedy').toMatch(/→ \S/);
  expect(told).not.toMatch(/bug of mlbench|undefined|\[object/);
}

async function expectNothingLeft(): Promise<void> {
  expect(await stage.inspector.everything()).toEqual([]);
  expect(placesOfSecrets(stage, runs)).toEqual([]);
}

const ofUp = sampled(titled(scenarios(upCalls)), 12);
const ofDown = sampled(titled(scenarios(downCalls)), 6);
const staleOfUp = sampled(
  staleReads(upCalls).map((at) => [spotText(at), at] as const),
  3,
);

describe(`up, with a fault in a call (${ofUp.note})`, () => {
  it.each(ofUp.chosen)('%s', async (_, scenario) => {
    await runFaulty(up, scenario, {
      // What only helps, as a look at a price, may fail without the rest.
      exitCodes: scenario.fault.passing ? [0] : [exitCodeOf(scenario), 0],
      mostCalls: upCalls.length + mostExtraCalls,
    });
    await run(down);
    await expectNothingLeft();
  });
});

describe(`down, with a fault in a call (${ofDown.note})`, () => {
  it.each(ofDown.chosen)('%s', async (_, scenario) => {
    await run(up);
    await runFaulty(down, scenario, {
      exitCodes: scenario.fault.passing ? [0] : [6, exitCodeOf(scenario)],
      mostCalls: downCalls.length + mostExtraCalls,
    });
    await run(down);
    await expectNothingLeft();
  });
});

describe(`up, with a look that does not see yet what was just done (${staleOfUp.note})`, () => {
  it.each(staleOfUp.chosen)('%s: nothing is left after down', async (_, at) => {
    let struck = false;
    const ended = await stage.mlbench(up, () =>
      staleRead(at, () => {
        struck = true;
      }),
    );
    runs.push(ended);
    expect(struck).toBe(true);
    expect([0, 3], ended.stderr).toContain(ended.exitCode);
    await run(down);
    await expectNothingLeft();
  });
});

/** Reads that the command has made before, with a change in between. */
function staleReads(calls: readonly RecordedCall[]): CallSpot[] {
  const keyOf = (call: RecordedCall) => `${call.url} ${nameOf(call)} ${call.body}`;
  const spots = spotsOf(calls);
  return spots.filter((_, index) => {
    const call = calls[index] as RecordedCall;
    const before = calls.findLastIndex((other, at) => at < index && keyOf(other) === keyOf(call));
    const changed = before >= 0 && calls.slice(before, index).some((other) => !isRead(other));
    return isRead(call) && changed;
  });
}
