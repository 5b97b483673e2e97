import { expect } from 'vitest';
import type { Stage } from '../stage.ts';
import { type CallSpot, type RecordedCall, spotsOf, spotText } from '../world/recorded-call.ts';
import { type Fault, faults, inject } from './interventions.ts';
import type { Play } from './play.ts';

export interface Scenario {
  fault: Fault;
  at: CallSpot;
}

/** Every fault at every call. */
export function scenariosOf(calls: readonly RecordedCall[]): (readonly [title: string, Scenario])[] {
  return faults.flatMap((fault) =>
    spotsOf(calls).map(
      (at) =>
        [`${fault.name}${fault.passing ? '' : ', again and again'}: ${spotText(at)}`, { fault, at }] as const,
    ),
  );
}

/**
 * Retries of a call that fails every time, and looks that a fault adds to a wait. API Gateway removes one API in 30 s for a whole
 * account: three minutes long, a refusal for that is tried again.
 */
const mostExtraCalls = ({ at, fault }: Scenario) =>
  fault.name === 'a throttle' && /DeleteApi/.test(at.name) ? 80 : 40;

/** Runs the verb with the fault in it, and holds its words to what is promised of them. */
export async function runFaulty(
  stage: Stage,
  play: Play,
  verb: readonly string[],
  scenario: Scenario,
  expectations: { exitCodes: readonly number[]; usualCalls: number },
): Promise<void> {
  const { fault, at } = scenario;
  let victim: RecordedCall | undefined;
  const ended = await play.runAnyhow(
    verb,
    inject(fault, at, (call) => {
      victim = call;
    }),
  );
  const told = `${ended.stdout}${ended.stderr}`;
  expect(victim, 'no call was struck').toBeDefined();
  expect(stage.gateway.calls().length).toBeLessThanOrEqual(
    expectations.usualCalls + mostExtraCalls(scenario),
  );
  expect(expectations.exitCodes, told).toContain(ended.exitCode);
  if (ended.exitCode === 0) return;
  expect(told).toContain((victim as RecordedCall).operation);
  expect(told, 'no remedy').toMatch(/→ \S/);
  expect(told).not.toMatch(/bug of mlbench|undefined|\[object/);
}

/** An answer to HEAD has no body: nothing in it says that the credentials are wrong, and the cloud has refused. */
export function exitCodeOf({ fault, at }: Scenario): number {
  return /^s3 Head/.test(at.name) ? 3 : fault.exitCode;
}
