import { describe, expect, it } from 'vitest';
import { metrics, predefinedMetrics, trackedMetrics } from '../../src/catalog/metrics.ts';
import { configurationMember } from '../../src/catalog/policy-configuration.ts';
import type { Members } from '../../src/scaling/policies/kinds/kind/document.ts';
import { policyKinds } from '../../src/scaling/policies/kinds/policy-kinds.ts';
import { codeOf, type SourceFile, sources } from './sources.ts';

/** A folder that is one thing is one place. */
const foldersOfOneThing = /^(src\/scaling\/policies\/kinds\/[^/]+)\/.*$/;

function placesOf(matches: (file: SourceFile) => boolean): string[] {
  return [...new Set(sources.filter(matches).map(({ path }) => path.replace(foldersOfOneThing, '$1/')))];
}

describe('a policy kind', () => {
  const registry = 'src/scaling/policies/kinds/policy-kinds.ts';
  const places: Record<string, string[]> = {
    StepScaling: [registry, 'src/scaling/policies/kinds/step-scaling/'],
    // AWS dictates the names of the alarms that such a policy makes, and they begin with the kind's.
    TargetTrackingScaling: [
      'src/catalog/own-alarms.ts',
      registry,
      'src/scaling/policies/kinds/target-tracking/',
    ],
  };

  it.each(policyKinds)('is named in at most three places, comments among them: $words', (kind) => {
    const found = placesOf(({ path, text }) => namesKind(kind, `${path}\n${text}`));
    expect(found).toEqual(places[kind.type]);
    expect(found.length).toBeLessThanOrEqual(3);
  });

  it.each([
    ["if (policy.type === 'StepScaling') act();", 'StepScaling'],
    ['request.StepScalingPolicyConfiguration', 'StepScaling'],
    ['/** As step scaling does. */', 'StepScaling'],
    ["import { checkStepScaling } from './check-step-scaling.ts';", 'StepScaling'],
    ['configuration.StepAdjustments?.length', 'StepScaling'],
    ["case 'TargetTrackingScaling':", 'TargetTrackingScaling'],
    ['a target-tracking policy', 'TargetTrackingScaling'],
    ['targetTrackingAlarmName(id)', 'TargetTrackingScaling'],
    ['configuration.PredefinedMetricSpecification', 'TargetTrackingScaling'],
    ['policy.targetValue === null', ''],
    ['policyKinds.find(({ type }) => type === wanted)', ''],
  ])('would be found: %s', (text, type) => {
    expect(policyKinds.filter((kind) => namesKind(kind, text)).map((kind) => kind.type)).toEqual(
      type === '' ? [] : [type],
    );
  });
});

/** By its words however they are joined, its type, or a member that is its configuration's alone. */
function namesKind({ words, type, document }: (typeof policyKinds)[number], text: string): boolean {
  const joined = new RegExp(words.replace(' ', '[- ]?'), 'i');
  const terms = [type, configurationMember(type), ...membersIn(document)];
  return joined.test(text) || new RegExp(`\\b(?:${terms.join('|')})\\b`).test(text);
}

/** Metrics, alarms and cooldowns are no kind's alone. */
const sharedMembers = ['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'Unit', 'Metrics', 'Cooldown'];

function membersIn(members: Members): string[] {
  return Object.entries(members).flatMap(([name, member]) => {
    const inner = member.is === 'list' ? member.of : member;
    const own = sharedMembers.includes(name) ? [] : [name];
    return [...own, ...(inner.is === 'structure' ? membersIn(inner.members) : [])];
  });
}

describe('a metric', () => {
  const catalog = 'src/catalog/metrics.ts';
  const published = [
    'src/localcloud/runtime/invocation-metrics.ts',
    'src/localcloud/instances/meter.ts',
  ] as const;
  const predicted = 'src/scaling/simulate/predicted-metrics.ts';
  /** What is about one certain metric, and would not be touched for another. */
  const aboutOne: Record<string, string> = {
    'src/record/fleet/scale-out-delay.ts': 'tells instances from the ratio of two metrics of invocations',
  };

  /** Where the same word is no metric's. */
  const otherMeanings: Record<string, string> = {
    'src/localcloud/instances/usage.ts': "cgroup's controllers",
    'src/localcloud/instances/instance-run.ts': "a gate's limit",
    'docker/src/runtime/backend.ts': "ONNX Runtime's execution provider",
  };

  it.each(Object.entries(metrics))(
    'is named in the catalog, where it is published and where it is predicted alone: %s',
    (key, { metricName }) => {
      const places = placesOf((file) => namesMetric(key, metricName, codeOf(file)));
      const touched = places.filter((place) => !(place in aboutOne));
      expect(touched).toContain(catalog);
      expect([catalog, ...published, predicted]).toEqual(expect.arrayContaining(touched));
      expect(touched.length).toBeLessThanOrEqual(3);
    },
  );

  it.each([
    ...Object.keys(predefinedMetrics),
    ...Object.values(trackedMetrics).map(({ targetUnit }) => targetUnit),
  ])('is tracked by what the catalog alone says: %s', (fact) => {
    expect(
      placesOf((file) => codeOf(file).includes(`'${fact}'`) || codeOf(file).includes(`${fact}:`)),
    ).toEqual([catalog]);
  });

  it.each(Object.keys(trackedMetrics))('is called by its flag in the catalog alone: %s', (key) => {
    const places = placesOf((file) => namesTracked(key, codeOf(file)));
    expect(places.filter((place) => place !== catalog && !(place in otherMeanings))).toEqual([]);
  });

  it.each([
    ["metric === 'cpu'", true],
    ['trackedMetrics.cpu', true],
    ["trackedMetrics['cpu']", true],
    ['settings.cpu', false],
    ['metric === usualTracked', false],
  ])('would be found by what its flag calls it: %s', (code, found) => {
    expect(namesTracked('cpu', code)).toBe(found);
  });

  it('would be found by its key or by its name, but not in a comment', () => {
    expect(namesMetric('cpu', 'CPUUtilization', 'track(metrics.cpu)')).toBe(true);
    expect(namesMetric('cpu', 'CPUUtilization', "metricName: 'CPUUtilization'")).toBe(true);
    expect(namesMetric('cpu', 'CPUUtilization', 'options.cpu')).toBe(false);
    const text = '/** As CPUUtilization. */ act(); // metrics.cpu';
    expect(namesMetric('cpu', 'CPUUtilization', codeOf({ path: 'a.ts', text }))).toBe(false);
  });
});

function namesMetric(key: string, metricName: string, code: string): boolean {
  return new RegExp(`\\bmetrics\\.${key}\\b|['"\`]${metricName}['"\`]`).test(code);
}

/** By what `--metric` calls it. */
function namesTracked(key: string, code: string): boolean {
  return new RegExp(`\\btrackedMetrics\\.${key}\\b|['"\`]${key}['"\`]`).test(code);
}
