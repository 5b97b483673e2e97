import { userError } from '../../core/errors.ts';
import { optionGroup, type Settings } from '../../core/options/definition.ts';
import { duration, instant, nonEmpty, number, someOf, wholeNumber } from '../../core/options/values.ts';
import { loadProfileOptions, loadRunOptions } from '../../experiment/load/load-options.ts';
import { type SimulateOptions, suspendedParts } from '../../experiment/simulation/simulate-options.ts';
import { parseSweep } from '../../scaling/simulate/sweep.ts';
import { given } from './settings.ts';
import { standInOptions } from './stand-in.ts';
import { upOptions } from './up.ts';

const loadGroup = 'Offered load (all times are cloud time):';
const policyGroup = 'Policies:';
const fleetGroup = 'Instances:';
const judgementGroup = 'What is good enough, and where it goes:';
const load = optionGroup(loadGroup);
const policy = optionGroup(policyGroup);
const fleet = optionGroup(fleetGroup);
const judgement = optionGroup(judgementGroup);

/** `1%` or `0.01`. */
const share = (text: string, name: string) => {
  const value = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw userError('bad-share', `${name}: "${text}" is not a share`, 'write it like 1% or 0.01');
};

export const simulateOptions = {
  users: { ...loadProfileOptions.users, group: loadGroup },
  ramp: { ...loadProfileOptions.ramp, group: loadGroup },
  wait: { ...loadProfileOptions.wait, group: loadGroup },
  rate: { ...loadProfileOptions.rate, group: loadGroup },
  arrivals: { ...loadProfileOptions.arrivals, group: loadGroup },
  stages: { ...loadProfileOptions.stages, group: loadGroup },
  trace: { ...loadProfileOptions.trace, group: loadGroup },
  fromRun: load.value(
    'RUN',
    'load and service times of a recorded run (its id, or its folder)',
    nonEmpty('a run'),
  ),
  duration: { ...loadProfileOptions.duration, group: loadGroup, description: 'how long' },
  settle: load.value('DURATION', 'goes on for so long after the load', duration(), { shownDefault: '0s' }),
  startSecond: load.value(
    'N',
    "second of the cloud's minute at which the load starts; alarms look on the minute",
    wholeNumber(0, 59, 'seconds'),
    { shownDefault: '0' },
  ),
  startAt: load.value('TIME', 'cloud time at which the load starts, for scheduled actions', instant(), {
    shownDefault: '2026-01-01T00:00:00Z, a Thursday',
  }),
  seed: { ...loadProfileOptions.seed, group: loadGroup },
  instanceType: { ...upOptions.instanceType, group: fleetGroup },
  instances: { ...upOptions.instances, group: fleetGroup },
  min: { ...upOptions.min, group: fleetGroup },
  max: { ...upOptions.max, group: fleetGroup },
  metric: { ...upOptions.metric, group: policyGroup },
  targetValue: { ...upOptions.targetValue, group: policyGroup },
  scaleOutCooldown: { ...upOptions.scaleOutCooldown, group: policyGroup },
  scaleInCooldown: { ...upOptions.scaleInCooldown, group: policyGroup },
  autoscaling: { ...upOptions.autoscaling, group: policyGroup },
  policy: policy.list(
    'FILE',
    'a policy as PutScalingPolicy takes it, steps with their MetricAlarms; several act together, or compete with --compare',
    nonEmpty('a file'),
  ),
  scheduledAction: policy.list(
    'FILE',
    'a scheduled action as PutScheduledAction takes it; may be repeated',
    nonEmpty('a file'),
  ),
  suspend: policy.value(
    'scale-out,scale-in,scheduled',
    'what a person has switched off',
    someOf(suspendedParts),
  ),
  compare: policy.switch("each --policy, and the flags' one if any is named, side by side"),
  sweep: policy.value(
    'KEY=VALUES,…',
    'every combination, such as target=40..120:10,scaleOutCooldown=60,300; also scaleInCooldown, min, max, instances',
    parseSweep,
  ),
  provisionTime: { ...standInOptions.provisionTime, group: fleetGroup },
  metricDelay: { ...standInOptions.metricDelay, group: fleetGroup },
  serviceTime: fleet.value('DURATION', 'what a request takes (mean)', duration(0.001), {
    shownDefault: "20ms, or the run's",
  }),
  serviceTimeCv: fleet.value(
    'N',
    'its standard deviation / mean: lognormal; 0: every request takes the same',
    number(0, 10, ''),
    { shownDefault: '0' },
  ),
  concurrency: { ...standInOptions.concurrency, group: fleetGroup },
  queue: { ...standInOptions.queue, group: fleetGroup },
  slo: judgement.value(
    'DURATION',
    'a slower request misses the SLO, as one that is dropped',
    duration(0.001),
    {
      shownDefault: "the first --expect's, else 10 service times",
    },
  ),
  maxMisses: judgement.value('SHARE', 'what may miss it: the cheapest policy within it wins', share, {
    shownDefault: '1%',
  }),
  expect: { ...loadRunOptions.expect, group: judgementGroup },
  outPolicy: judgement.value('FILE', 'write the (winning) policy, for `up --policy`', nonEmpty('a file')),
  html: judgement.value('FILE', 'write a page with charts', nonEmpty('a file')),
};

/** The flags, as the command takes them. */
export function toSimulateOptions(settings: Settings<typeof simulateOptions>): SimulateOptions {
  return given({
    users: settings.users,
    ramp: settings.ramp,
    wait: settings.wait,
    rateRps: settings.rate,
    arrivals: settings.arrivals,
    stages: settings.stages,
    traceFile: settings.trace,
    fromRun: settings.fromRun,
    durationMs: settings.duration,
    settleMs: settings.settle,
    startSecond: settings.startSecond,
    startAtMs: settings.startAt,
    seed: settings.seed,
    instanceType: settings.instanceType,
    instances: settings.instances,
    minCapacity: settings.min,
    maxCapacity: settings.max,
    metric: settings.metric,
    targetValue: settings.targetValue,
    scaleOutCooldownSeconds: settings.scaleOutCooldown,
    scaleInCooldownSeconds: settings.scaleInCooldown,
    autoscaling: settings.autoscaling,
    policyFiles: settings.policy,
    scheduledActionFiles: settings.scheduledAction,
    suspend: settings.suspend,
    compare: settings.compare,
    sweep: settings.sweep,
    provisionTimeMs: settings.provisionTime,
    metricDelayMs: settings.metricDelay,
    serviceTimeMs: settings.serviceTime,
    serviceTimeCv: settings.serviceTimeCv,
    concurrency: settings.concurrency,
    queue: settings.queue,
    sloMs: settings.slo,
    allowedMissShare: settings.maxMisses,
    expectations: settings.expect,
    outPolicy: settings.outPolicy,
    html: settings.html,
  });
}
