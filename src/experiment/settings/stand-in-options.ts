import { optionGroup, type Settings } from '../../core/options/definition.ts';
import { fieldsOf } from '../../core/options/fields.ts';
import { duration, hostName, latency, number, oneOf, port, wholeNumber } from '../../core/options/values.ts';
import { formatDurationMs } from '../../core/units.ts';
import { defaultStandInOptions, type NamedStandInOptions } from '../../localcloud/options.ts';

const clock = optionGroup('Stand-in for AWS (with --target local; times in cloud time):');
const capacity = optionGroup('Emulated capacity of one instance (wall time):');
const defaults = defaultStandInOptions;

/** What a reader of the help is told of a number that is left out. */
const shown = (value: number) => ({ shownDefault: String(value) });
const shownDuration = (ms: number) => ({ shownDefault: ms === 0 ? '0s' : formatDurationMs(ms) });

const serviceTime = (text: string, name: string) => (text === 'none' ? null : latency(1)(text, name));

const clockOptions = {
  timeScale: clock.value(
    'N',
    "the cloud's clock runs N times faster than the wall",
    number(1, 1_000, 'times'),
    shown(defaults.timeScale),
  ),
  createTime: clock.value(
    'DURATION',
    'until a deployment serves, of a new endpoint or of another model; 0s: as fast as its instances start',
    duration(),
    {
      field: 'createTimeMs',
      ...shownDuration(defaults.createTimeMs),
    },
  ),
  provisionTime: clock.value('DURATION', 'until an instance added to the fleet serves', duration(), {
    field: 'provisionTimeMs',
    ...shownDuration(defaults.provisionTimeMs),
  }),
  metricDelay: clock.value('DURATION', "from a minute's end until its metrics can be read", duration(), {
    field: 'metricDelayMs',
    ...shownDuration(defaults.metricDelayMs),
  }),
  instanceQuota: clock.value(
    'N',
    'most instances of a type; a change that needs more is refused as a whole',
    wholeNumber(1, 1_000, 'instances'),
    shown(defaults.instanceQuota),
  ),
  port: clock.value('PORT', 'port of the stand-in on 127.0.0.1', port(), {
    shownDefault: `${defaults.port}: a free one`,
  }),
  allowHost: clock.list(
    'HOST[:PORT]',
    'a further name to be called by, such as host.docker.internal; may be repeated',
    hostName(),
    { field: 'hosts' },
  ),
  localRuntime: clock.value(
    'process|docker',
    "what an instance is: a process, or a container (docker, podman or finch) with the instance type's CPUs and memory",
    oneOf(['process', 'docker']),
    { field: 'runtime', shownDefault: defaults.runtime },
  ),
};

const capacityOptions = {
  serviceTime: capacity.value(
    'DURATION|none',
    'each request takes at least this long; none: only real inference',
    serviceTime,
    { field: 'serviceTimeMs', ...shownDuration(defaults.capacity.serviceTimeMs ?? 0) },
  ),
  concurrency: capacity.value('N', 'requests served at a time', wholeNumber(1, 10_000, 'requests'), {
    shownDefault: 'the vCPUs of the instance type',
  }),
  queue: capacity.value(
    'N',
    'requests that may wait; the next is answered 503',
    wholeNumber(0, 1_000_000, 'requests'),
    shown(defaults.capacity.queue),
  ),
};

export const standInOptions = { ...clockOptions, ...capacityOptions };

/** Only what was named: a stand-in that runs must agree with these, and keeps the rest. */
export function standInSettings(
  settings: Partial<Settings<typeof standInOptions>>,
): NamedStandInOptions | undefined {
  const named = fieldsOf(clockOptions, settings);
  const capacity = fieldsOf(capacityOptions, settings);
  const options = { ...named, ...(Object.keys(capacity).length === 0 ? {} : { capacity }) };
  return Object.keys(options).length === 0 ? undefined : options;
}
