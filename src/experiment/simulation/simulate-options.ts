import { userError } from '../../core/errors.ts';
import { optionGroup, regrouped } from '../../core/options/definition.ts';
import type { Fields } from '../../core/options/fields.ts';
import {
  duration,
  instant,
  latency,
  nonEmpty,
  number,
  someOf,
  wholeNumber,
} from '../../core/options/values.ts';
import { formatDurationMs } from '../../core/units.ts';
import { defaultStandInOptions } from '../../localcloud/options.ts';
import { offeredOptions } from '../../offered/options.ts';
import { parseSweep } from '../../scaling/simulate/sweep.ts';
import { loadOfferedOptions, loadRunOptions } from '../load/load-options.ts';
import { standInOptions } from '../settings/stand-in-options.ts';
import { upDefaults } from '../settings/up-defaults.ts';
import { upOptions } from '../settings/up-options.ts';

const { capacity, provisionTimeMs, metricDelayMs } = defaultStandInOptions;

/** Of what `up` and the stand-in would be told: what they take without it. */
export const simulationDefaults = {
  instanceType: upDefaults.instanceType,
  min: upDefaults.autoscaling.minCapacity,
  max: upDefaults.autoscaling.maxCapacity,
  serviceTimeMs: capacity.serviceTimeMs ?? 0,
  queue: capacity.queue,
  provisionTimeMs,
  metricDelayMs,
};

const loadGroup = 'Offered load (all times are cloud time):';
const policyGroup = 'Policies:';
const fleetGroup = 'Instances:';
const judgementGroup = 'What is good enough, and where it goes:';
const load = optionGroup(loadGroup);
const policy = optionGroup(policyGroup);
const fleet = optionGroup(fleetGroup);
const judgement = optionGroup(judgementGroup);

/** `1%` or `0.01`; a bare 1 is read as 1 % by one and as all of them by the next. */
const share = (text: string, name: string) => {
  if (/^1(\.0*)?$/.test(text.trim()))
    throw userError('bad-share', `${name}: "${text}" has no unit: 1% or 100%?`, 'write 1% or 100%');
  const value = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw userError('bad-share', `${name}: "${text}" is not a share`, 'write it like 1% or 0.01');
};

/** A fixed number of requests has no meaning where time is simulated. */
const { requests: _, ...offered } = offeredOptions;
const { instanceType, instances, min, max } = upOptions;
const { metric, targetValue, scaleOutCooldown, scaleInCooldown, autoscaling } = upOptions;
const { provisionTime, metricDelay, concurrency, queue } = standInOptions;
const suspendedParts = ['scale-out', 'scale-in', 'scheduled'] as const;

export const simulateOptions = {
  ...regrouped(loadGroup, offered),
  fromRun: load.value(
    'RUN',
    'load and service times of a recorded run (its id, or its folder)',
    nonEmpty('a run'),
  ),
  duration: { ...offered.duration, group: loadGroup, description: 'how long' },
  settle: load.value('DURATION', 'goes on for so long after the load', duration(), {
    field: 'settleMs',
    default: '0s',
  }),
  startSecond: load.value(
    'N',
    "second of the cloud's minute at which the load starts; alarms look on the minute",
    wholeNumber(0, 59, 'seconds'),
    { default: '0' },
  ),
  startAt: load.value('TIME', 'cloud time at which the load starts, for scheduled actions', instant(), {
    field: 'startAtMs',
    shownDefault: '2026-01-01T00:00:00Z, a Thursday',
  }),
  ...regrouped(loadGroup, { seed: loadOfferedOptions.seed }),
  ...regrouped(fleetGroup, { instanceType, instances, min, max }),
  ...regrouped(policyGroup, { metric, targetValue, scaleOutCooldown, scaleInCooldown, autoscaling }),
  policy: policy.list(
    'FILE',
    'a policy as PutScalingPolicy takes it, steps with their MetricAlarms; several act together, or compete with --compare',
    nonEmpty('a file'),
    { field: 'policyFiles' },
  ),
  scheduledAction: policy.list(
    'FILE',
    'a scheduled action as PutScheduledAction takes it; may be repeated',
    nonEmpty('a file'),
    { field: 'scheduledActionFiles' },
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
  ...regrouped(fleetGroup, { provisionTime, metricDelay }),
  serviceTime: fleet.value('DURATION', 'what a request takes (mean)', latency(0.001), {
    field: 'serviceTimeMs',
    shownDefault: `${formatDurationMs(simulationDefaults.serviceTimeMs)}, or the run's`,
  }),
  serviceTimeCv: fleet.value(
    'N',
    'its standard deviation / mean: lognormal; 0: every request takes the same',
    number(0, 10, ''),
    { default: '0' },
  ),
  ...regrouped(fleetGroup, { concurrency, queue }),
  slo: judgement.value(
    'DURATION',
    'a slower request misses the SLO, as one that is dropped',
    latency(0.001),
    {
      field: 'sloMs',
      shownDefault: "the first --expect's, else 10 service times",
    },
  ),
  maxMisses: judgement.value('SHARE', 'what may miss it: the cheapest policy within it wins', share, {
    field: 'allowedMissShare',
    default: '1%',
  }),
  ...regrouped(judgementGroup, { expect: loadRunOptions.expect }),
  outPolicy: judgement.value('FILE', 'write the (winning) policy, for `up --policy`', nonEmpty('a file')),
  html: judgement.value('FILE', 'write a page with charts', nonEmpty('a file')),
};

/** What `simulate` takes; every time is cloud time. Left out: the default of `load` or `up`. */
export type SimulateOptions = Fields<typeof simulateOptions>;
