import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MlbenchError } from '../../../src/core/errors.ts';
import {
  dutyEndMs,
  howItEnded,
  plannedRun,
  type RunInput,
  type RunOutput,
  type RunRules,
  type RunState,
  runDurationMs,
  stepRun,
} from '../../../src/load/run/run-state.ts';
import type { OfferedLoad } from '../../../src/offered/offered-load.ts';

const offered: OfferedLoad = { model: 'open', arrivals: 'constant', rateRps: 5, durationMs: 10_000 };
const rules: RunRules = { workers: 2, countsItself: false };
const begun: RunInput[] = [{ type: 'ready' }, { type: 'start', startAtMs: 1_000 }];
const done = { endedMs: 10_040, loopLagUsP99: 12 };
const broken = new MlbenchError({ code: 'x', message: 'it broke', remedy: 'none', source: 'bug' });

/** What a run comes to by these inputs. */
function run(...inputs: RunInput[]): { state: RunState; outputs: RunOutput[] } {
  return runBy(rules, inputs);
}

function runBy(by: RunRules, inputs: readonly RunInput[]): { state: RunState; outputs: RunOutput[] } {
  let state = plannedRun(offered, by);
  const outputs: RunOutput[] = [];
  for (const input of inputs) {
    const step = stepRun(state, input, by);
    state = step.state;
    outputs.push(...step.outputs);
  }
  return { state, outputs };
}

const stopped = (reason: 'duration' | 'requests' | 'told', atMs: number): RunInput => ({
  type: 'worker-stopping',
  reason,
  atMs,
});
const ended = (report: RunState['reports'][number] | null = done): RunInput => ({
  type: 'worker-ended',
  report,
});

describe('a run', () => {
  it('ends as soon as there is nothing to load, and says what the answers said', () => {
    const { state, outputs } = run(
      ...begun,
      { type: 'nothing-to-load', why: 'all say 404' },
      { type: 'nothing-to-load', why: 'all say 404' },
      stopped('told', 80),
      ended(),
      ended(),
    );
    expect(outputs).toEqual([
      { do: 'start', startAtMs: 1_000 },
      { do: 'announce-stop', reason: 'nothing-to-load', because: 'all say 404' },
      { do: 'stop' },
      { do: 'stop' },
    ]);
    expect(howItEnded(state)).toEqual({ reason: 'nothing-to-load', message: 'all say 404' });
  });

  it('that had sent everything before says so, too', () => {
    const { state } = run(...begun, stopped('requests', 9), stopped('requests', 9), {
      type: 'nothing-to-load',
      why: 'both say 404',
    });
    expect(howItEnded(state)).toEqual({ reason: 'nothing-to-load', message: 'both say 404' });
  });

  it.each([
    ['duration', [stopped('duration', 10_000)], { reason: 'duration' }],
    ['requests', [stopped('requests', 9), stopped('requests', 9)], { reason: 'requests' }],
    ['interrupted', [{ type: 'stop', reason: 'interrupted' }], { reason: 'interrupted' }],
    [
      'figures',
      [{ type: 'stop', reason: 'figures', because: 'enough' }],
      { reason: 'figures', message: 'enough' },
    ],
    ['failed', [{ type: 'failed', error: broken }], { reason: 'worker-failed', message: 'it broke' }],
  ] as [string, RunInput[], object][])('that was %s says how it ended', (_, inputs, how) => {
    expect(howItEnded(run(...begun, ...inputs).state)).toEqual(how);
  });

  it('goes from its plan to its end when time is up', () => {
    const { state, outputs } = run(
      ...begun,
      stopped('duration', 10_000),
      stopped('duration', 10_000),
      ended(),
      ended(),
    );
    expect(outputs).toEqual([
      { do: 'start', startAtMs: 1_000 },
      { do: 'announce-stop', reason: 'duration' },
    ]);
    expect(state).toMatchObject({ phase: 'done', stopReason: 'duration', failure: null });
    expect(runDurationMs(state)).toBe(10_000);
    expect(dutyEndMs(state)).toBe(10_000);
  });

  it('lasts to the last answer where a number of requests ends it, once every worker has spent its share', () => {
    const one = run(...begun, stopped('requests', 4_000));
    expect(one.state).toMatchObject({ phase: 'sending', stopReason: null });
    const both = run(...begun, stopped('requests', 4_000), stopped('requests', 5_000), ended(), ended());
    expect(both.state).toMatchObject({ phase: 'done', stopReason: 'requests' });
    expect(runDurationMs(both.state)).toBe(10_040);
    expect(dutyEndMs(both.state)).toBe(10_000);
  });

  it('told to stop, owes nothing that was intended later', () => {
    const { state, outputs } = run(
      ...begun,
      { type: 'stop', reason: 'interrupted' },
      stopped('told', 3_010),
      stopped('told', 3_000),
      ended(),
      ended(),
    );
    expect(outputs.slice(1)).toEqual([{ do: 'announce-stop', reason: 'interrupted' }, { do: 'stop' }]);
    expect(runDurationMs(state)).toBe(3_010);
    expect(dutyEndMs(state)).toBe(3_000);
  });

  it('that its figures end says what they said', () => {
    const { outputs } = run(...begun, { type: 'stop', reason: 'figures', because: 'p99 is proved' });
    expect(outputs.slice(1)).toEqual([
      { do: 'announce-stop', reason: 'figures', because: 'p99 is proved' },
      { do: 'stop' },
    ]);
  });

  it('interrupted before it began begins, and stops at once', () => {
    const { state, outputs } = run({ type: 'stop', reason: 'interrupted' }, ...begun);
    expect(outputs).toEqual([
      { do: 'announce-stop', reason: 'interrupted' },
      { do: 'start', startAtMs: 1_000 },
      { do: 'stop' },
    ]);
    expect(state.phase).toBe('draining');
  });

  it('whose scenario counts its requests itself owes nothing after the first worker has sent them', () => {
    const inputs = [...begun, stopped('requests', 4_000), stopped('requests', 5_000)];
    expect(dutyEndMs(runBy({ workers: 2, countsItself: true }, inputs).state)).toBe(4_000);
  });

  it('loses a worker: the others are stopped, and what was reported counts', () => {
    const { state, outputs } = run(
      ...begun,
      { type: 'reported', toMs: 2_000 },
      { type: 'failed', error: broken },
      ended(null),
      ended(null),
    );
    expect(outputs.slice(1)).toEqual([{ do: 'announce-stop', reason: 'worker-failed' }, { do: 'stop' }]);
    expect(state).toMatchObject({ phase: 'done', failure: broken, reports: [] });
    expect(runDurationMs(state)).toBe(2_000);
  });

  it('is changed while it sends, and neither before nor after', () => {
    const changed = { ...offered, changes: [{ atMs: 500, ratePercent: 110 }] };
    const change: RunInput = { type: 'changed', offered: changed, atMs: 500, description: '110 %' };
    expect(run(change).outputs).toEqual([]);
    expect(run(...begun, change).state.offered).toBe(changed);
    expect(run(...begun, change).outputs.at(-1)).toMatchObject({ do: 'change', atMs: 500 });
    expect(run(...begun, { ...change, atMs: 10_000 }).state.offered).toBe(offered);
    const late = run(...begun, stopped('duration', 10_000), change);
    expect(late.state.offered).toBe(offered);
  });

  const anyInput: fc.Arbitrary<RunInput> = fc.oneof(
    fc.constant<RunInput>({ type: 'ready' }),
    fc.constant<RunInput>({ type: 'start', startAtMs: 1 }),
    fc
      .constantFrom('interrupted' as const, 'asked' as const, 'figures' as const)
      .map((reason): RunInput => ({ type: 'stop', reason })),
    fc.nat(10_000).map((toMs): RunInput => ({ type: 'reported', toMs })),
    fc
      .tuple(fc.constantFrom('duration' as const, 'requests' as const, 'told' as const), fc.nat(10_000))
      .map(([reason, atMs]) => stopped(reason, atMs)),
    fc.constant<RunInput>({ type: 'failed', error: broken }),
  );

  it('in whatever order things come never goes back, starts once, and says once why it stops', () => {
    const phases = ['planned', 'ready', 'sending', 'draining', 'done'];
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 30 }), (inputs) => {
        let state = plannedRun(offered, rules);
        const outputs: RunOutput[] = [];
        for (const input of [...inputs, ended(), ended()]) {
          const step = stepRun(state, input, rules);
          expect(phases.indexOf(step.state.phase)).toBeGreaterThanOrEqual(phases.indexOf(state.phase));
          state = step.state;
          outputs.push(...step.outputs);
        }
        const times = (what: RunOutput['do']) => outputs.filter((output) => output.do === what).length;
        expect(state.phase).toBe('done');
        expect(times('start')).toBeLessThanOrEqual(1);
        expect(times('announce-stop')).toBe(state.stopReason === null ? 0 : 1);
        const started = outputs.findIndex((output) => output.do === 'start');
        const told = outputs.findIndex((output) => output.do === 'stop');
        if (told >= 0) expect(started).toBeGreaterThanOrEqual(0);
        if (told >= 0) expect(told).toBeGreaterThan(started);
      }),
    );
  });
});
