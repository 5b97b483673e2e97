import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, formatUs } from '../../src/charts/format.ts';
import { scaleOutLines } from '../../src/cli/render/scale-out-lines.ts';
import { plainStyle } from '../../src/cli/terminal/style.ts';
import { summariseScaling } from '../../src/record/fleet/scaling-summary.ts';
import { parseExpectation } from '../../src/record/judgement/expectation.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import type { LoadSample, TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';
import { tellStory } from '../../src/report/story.ts';
import { sampleRun } from './sample-run.ts';

type Event<Type extends TimelineEvent['type']> = Extract<TimelineEvent, { type: Type }>;

const count = fc.integer({ min: 1, max: 5 });
const levels = fc.constantFrom(10_000, 12_000, 25_000, 40_000, 90_000, 400_000, 2_000_000);

/** Stretches of one level: single random samples would seldom make an overload. */
const p99s = fc
  .array(fc.tuple(levels, fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 8 })
  .map((stretches) => stretches.flatMap(([level, length]) => Array<number>(length).fill(level)));

const facts = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 100 }),
    fc.oneof(
      fc.record<Extract<TimelineFact, { type: 'capacity' }>>({
        type: fc.constant('capacity'),
        current: count,
        desired: count,
        endpointStatus: fc.constant('InService'),
      }),
      fc.record<Extract<TimelineFact, { type: 'alarm' }>>({
        type: fc.constant('alarm'),
        alarmName: fc.constantFrom('a', 'b'),
        side: fc.constantFrom('high', 'low', 'other'),
        state: fc.constantFrom('OK', 'ALARM'),
        previousState: fc.constantFrom('OK', 'ALARM', null),
        reason: fc.constant(''),
      }),
      fc.record<Extract<TimelineFact, { type: 'activity' }>>({
        type: fc.constant('activity'),
        activityId: fc.constantFrom('1', '2', '3'),
        status: fc.constantFrom('InProgress', 'Successful'),
        description: count.map((to) => `Setting desired instance count to ${to}.`),
        cause: fc.constant('monitor alarm a in state ALARM triggered policy p'),
        statusMessage: fc.constant(''),
      }),
      fc.record<Extract<TimelineFact, { type: 'metric' }>>({
        type: fc.constant('metric'),
        metricName: fc.constantFrom('InvocationsPerInstance', 'Invocations'),
        statistic: fc.constant('Sum'),
        periodSeconds: fc.constant(10),
        value: fc.integer({ min: 0, max: 200 }),
        target: fc.constantFrom(100, null),
      }),
      fc.record<Extract<TimelineFact, { type: 'phase' }>>({
        type: fc.constant('phase'),
        phase: fc.constantFrom('load-changed', 'stable'),
        message: fc.constant(''),
      }),
    ),
  ),
  { maxLength: 25 },
);

const timelines = fc
  .record({ p99s, facts, users: fc.constantFrom(0, 20), promised: fc.boolean() })
  .map(({ p99s, facts, users, promised }) => {
    const at = (second: number, fact: TimelineFact): TimelineEvent => ({
      at: new Date(second * 1_000).toISOString(),
      cloudTimeMs: second * 1_000,
      ...fact,
    });
    const samples = p99s.map((p99, index) => at(index + 1, sampleOf(index + 1, p99, users)));
    const phases = [
      at(0, { type: 'phase', phase: 'load-started', message: '' }),
      at(p99s.length, { type: 'phase', phase: 'load-ended', message: '' }),
    ];
    const timeline = [...phases, ...samples, ...facts.map(([second, fact]) => at(second, fact))];
    return { timeline: timeline.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs), promised };
  });

const runs = { numRuns: 400, seed: 20_261_127 };

describe('the story of any timeline', () => {
  it('has steps that the timeline implies, in the order of events', () => {
    fc.assert(
      fc.property(timelines, ({ timeline, promised }) => {
        const { steps } = tellStory(resultOf(timeline, promised), timeline);
        const told = steps.filter(({ text }) => !text.includes('further change'));
        for (const { text, cloudTimeMs } of told)
          expect(isImplied(text, cloudTimeMs, timeline), `${cloudTimeMs} ${text}`).toBe(true);
        const times = steps.map(({ cloudTimeMs }) => cloudTimeMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(steps[0]?.text).toBe('The load starts');
      }),
      runs,
    );
  });

  it('has a headline whose clauses happened, one after the other', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(timelines, ({ timeline, promised }) => {
        const { headline } = tellStory(resultOf(timeline, promised), timeline);
        for (const clause of checkedClauses(headline, timeline)) seen.add(clause);
      }),
      runs,
    );
    expect([...seen].sort()).toEqual(['fell', 'moved', 'overloaded', 'stayed', 'unmoved', 'unrecovered']);
  });

  it('says that a scale-out took a time only where its instances came, in its order', () => {
    let came = 0;
    fc.assert(
      fc.property(timelines, ({ timeline, promised }) => {
        const { scaling } = resultOf(timeline, promised);
        for (const line of scaleOutLines(scaling, plainStyle, 1_000)) {
          const [, from, to, outcome = ''] = /scale-out (\d+) → (\d+) (.*)$/.exec(line) ?? [];
          if (from === undefined) continue;
          expect(Number(to), line).toBeGreaterThan(Number(from));
          const outcomes = outcomesOf(timeline, Number(from), Number(to));
          expect(outcomes, line).toContain(/took|at once/.test(outcome) ? 'came' : 'did not come');
          if (/took|at once/.test(outcome)) came++;
        }
      }),
      runs,
    );
    expect(came).toBeGreaterThan(5);
  });
});

function sampleOf(second: number, p99: number, users: number): LoadSample {
  return {
    type: 'load',
    elapsedMs: second * 1_000,
    intervalMs: 1_000,
    users: Math.min(users, second * 10),
    rateRps: 50,
    intendedRateRps: users === 0 ? 100 : null,
    failed: 0,
    inFlight: 0,
    responseUs: { p50: p99 / 2, p95: p99 * 0.9, p99, max: p99 },
  };
}

function resultOf(timeline: readonly TimelineEvent[], promised: boolean): RunResult {
  const { result } = sampleRun();
  const cloud = { capacityEmulated: true, timeScale: 1 };
  return {
    ...result,
    thresholds: promised ? [{ ...parseExpectation('p99<30ms'), observed: 1, passed: true }] : [],
    scaling: summariseScaling(timeline, cloud, promised ? 30_000 : null) ?? {},
  };
}

const ofType = <Type extends TimelineEvent['type']>(timeline: readonly TimelineEvent[], type: Type) =>
  timeline.filter((event): event is Event<Type> => event.type === type);

const samplesIn = (timeline: readonly TimelineEvent[]) =>
  ofType(timeline, 'load').map(({ cloudTimeMs, responseUs }) => ({
    atMs: cloudTimeMs,
    p99: responseUs?.p99 ?? 0,
  }));

/** A reader with the timeline beside the text, and nothing of the code that wrote it. */
function isImplied(text: string, atMs: number, timeline: readonly TimelineEvent[]): boolean {
  const now = timeline.filter(({ cloudTimeMs }) => cloudTimeMs === atMs);
  const capacities = ofType(timeline, 'capacity');
  const pairs = capacities.slice(1).map((after, index) => ({ before: capacities[index]!, after }));
  const samples = samplesIn(timeline);
  const sample = samples.findIndex((one) => one.atMs === atMs);
  const phases: Record<string, string> = {
    'The load starts': 'load-started',
    'The load ends': 'load-ended',
    'The load is changed by hand': 'load-changed',
    'The fleet is calm': 'stable',
  };
  const number = (written = '') => Number(written.replaceAll(',', ''));
  const phase = phases[text];
  if (phase !== undefined) return now.some((event) => event.type === 'phase' && event.phase === phase);
  let match = /^([\d,]+) users? (?:is|are) on; ([\d,.]+) requests\/s answered$/.exec(text);
  if (match) {
    const most = Math.max(...ofType(timeline, 'load').map(({ users }) => users));
    return number(match[1]) === most && now.some((event) => event.type === 'load' && event.users === most);
  }
  match = /^([\d,.]+) requests\/s are offered; ([\d,.]+) requests\/s answered$/.exec(text);
  if (match)
    return now.some((event) => event.type === 'load' && event.intendedRateRps === number(match?.[1]));
  match = /^(\w+) is over its target value of ([\d,.]+): ([\d,.]+)$/.exec(text);
  if (match)
    return ofType(timeline, 'metric').some(
      ({ metricName, value, target, cloudTimeMs, periodSeconds }) =>
        metricName === match?.[1] &&
        formatNumber(value) === match?.[3] &&
        target !== null &&
        value > target &&
        cloudTimeMs + periodSeconds * 1_000 === atMs,
    );
  match = /^Alarm(High|Low) goes into ALARM$/.exec(text);
  if (match)
    return now.some(
      (event) =>
        event.type === 'alarm' &&
        event.side === match?.[1]?.toLowerCase() &&
        event.state === 'ALARM' &&
        event.previousState !== null,
    );
  match = /^Desired count (\d+) → (\d+)$/.exec(text);
  if (match)
    return pairs.some(
      ({ before, after }) =>
        before.desired === number(match?.[1]) &&
        after.desired === number(match?.[2]) &&
        before.desired !== after.desired &&
        before.cloudTimeMs <= atMs &&
        atMs <= after.cloudTimeMs,
    );
  match = /^(\d+) instances? (comes?|leaves?) .*?service, (\d+) (?:now|left)(, .* after the decision)?$/.exec(
    text,
  );
  if (match) {
    const by = match[2]?.startsWith('come') ? number(match[1]) : -number(match[1]);
    const decided =
      match[4] === undefined ||
      pairs.some(({ before, after }) => after.desired > before.desired && before.cloudTimeMs <= atMs);
    return (
      decided &&
      pairs.some(
        ({ before, after }) =>
          after.cloudTimeMs === atMs &&
          after.current === number(match?.[3]) &&
          after.current - before.current === by,
      )
    );
  }
  match = /^p99 rises over ([\d.]+ \S+?)(?:, three times its calm level)?$/.exec(text);
  if (match) return sample >= 0 && samples[sample]!.p99 > usOf(match[1]);
  match = /^p99 at its worst: (.*)$/.exec(text);
  if (match) return sample >= 0 && formatUs(samples[sample]!.p99) === match[1];
  match = /^p99 is back under ([\d.]+ \S+?)(, and stays)?$/.exec(text);
  if (match === null || sample < 1) return false;
  const limit = usOf(match[1]);
  const after = match[2] === undefined ? samples.slice(sample, sample + 3) : samples.slice(sample);
  return samples[sample - 1]!.p99 > limit && after.length >= 3 && after.every(({ p99 }) => p99 <= limit);
}

/** `36 ms`, as it is read. */
function usOf(written = ''): number {
  const [value = '', unit = ''] = written.split(' ');
  return Number(value) * ({ µs: 1, ms: 1_000, s: 1_000_000 }[unit] ?? Number.NaN);
}

function checkedClauses(headline: string, timeline: readonly TimelineEvent[]): string[] {
  const capacities = ofType(timeline, 'capacity');
  const samples = samplesIn(timeline);
  const clauses: string[] = [];
  const overloaded =
    /overloaded (the service|one instance|(\d+) instances)(?: for ([^:]+))?: p99 up to ([^.]+(?:\.\d+)? \S+?)\./.exec(
      headline,
    );
  const move =
    /the fleet (?:grew|shrank|went|stayed) (?:from|at) (.*?)(?:, between (\d+) and (\d+))?(?:,| instances?,)/i.exec(
      headline,
    );
  const told = move?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  if (/stayed at/.test(headline)) {
    expect(
      capacities.every(({ current }) => current === told[0]),
      headline,
    ).toBe(true);
    return ['stayed'];
  }
  if (overloaded === null) {
    expect(
      isPath(
        told,
        capacities.map(({ current }) => current),
      ),
      headline,
    ).toBe(true);
    return capacities.length === 0 ? [] : ['moved'];
  }
  clauses.push('overloaded');
  const peak = samples.find(({ p99 }) => formatUs(p99) === overloaded[4]);
  expect(peak, headline).toBeDefined();
  const fell = /p99 fell to (.+?)( without another instance)?;/.exec(headline);
  if (fell === null) {
    expect(headline).toContain('p99 had not recovered by the end');
    clauses.push('unrecovered');
  } else {
    clauses.push('fell');
    // What p99 fell to was measured after what it fell from, and is less.
    expect(
      samples.some(({ atMs, p99 }) => atMs > peak!.atMs && formatUs(p99) === fell[1]),
      headline,
    ).toBe(true);
    expect(usOf(fell[1]), headline).toBeLessThan(peak!.p99);
  }
  const instances = overloaded[1] === 'one instance' ? 1 : Number(overloaded[2] ?? Number.NaN);
  if (Number.isNaN(instances)) {
    expect(headline).not.toMatch(/fleet|another instance/);
    return clauses;
  }
  // From some moment on the fleet was as many, and went as it is told, before the end of the load.
  const counts = capacities.map(({ current }) => current);
  const path = told.length === 0 ? [instances] : told;
  expect(path[0], headline).toBe(instances);
  const sub = counts.some((_, from) =>
    counts.slice(from).some((_, length) => isPath(path, counts.slice(from, from + length + 1))),
  );
  expect(sub, headline).toBe(true);
  if (/grew/.test(headline)) expect(path.at(-1), headline).toBeGreaterThan(path[0]!);
  if (/shrank/.test(headline)) expect(path.at(-1), headline).toBeLessThan(path[0]!);
  clauses.push(told.length === 0 ? 'unmoved' : 'moved');
  return clauses;
}

/** Whether counts go through these, one after the other, from the first to the last. */
function isPath(told: readonly number[], counts: readonly number[]): boolean {
  if (told.length === 0) return counts.length === 0;
  if (told[0] !== counts[0] || told.at(-1) !== counts.at(-1)) return false;
  let next = 0;
  for (const count of counts) if (count === told[next]) next++;
  return next >= told.length;
}

/** What became of each demand for so many: a count as high, or a demand for fewer first. */
function outcomesOf(timeline: readonly TimelineEvent[], from: number, to: number): string[] {
  const capacities = ofType(timeline, 'capacity');
  return capacities.flatMap((asked, index) => {
    const before = capacities[index - 1];
    if (before?.desired !== from || asked.desired !== to) return [];
    for (const { current, desired } of capacities.slice(index)) {
      if (current >= to) return ['came'];
      if (desired < to) return ['did not come'];
    }
    return ['did not come'];
  });
}
