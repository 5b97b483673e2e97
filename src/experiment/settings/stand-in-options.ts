import { optionGroup, type Settings } from '../../core/options/definition.ts';
import { fieldsOf } from '../../core/options/fields.ts';
import { duration, latency, number, oneOf, port, wholeNumber } from '../../core/options/values.ts';
import { defaultStandInOptions, type StandInOptions } from '../../localcloud/options.ts';

const clock = optionGroup('Stand-in for AWS (with --target local; times in cloud time):');
const capacity = optionGroup('Emulated capacity of one instance (wall time):');

const serviceTime = (text: string, name: string) =>
  text === 'none' ? ('none' as const) : latency(1)(text, name);

export const standInOptions = {
  timeScale: clock.value(
    'N',
    "the cloud's clock runs N times faster than the wall",
    number(1, 1_000, 'times'),
    {
      shownDefault: '20',
    },
  ),
  createTime: clock.value('DURATION', 'until the first instances of a new endpoint serve', duration(), {
    field: 'createTimeMs',
    shownDefault: '0s: as fast as they start',
  }),
  provisionTime: clock.value('DURATION', 'until an instance added later serves', duration(), {
    field: 'provisionTimeMs',
    shownDefault: '4m',
  }),
  metricDelay: clock.value('DURATION', "from a minute's end until its metrics can be read", duration(), {
    field: 'metricDelayMs',
    shownDefault: '60s',
  }),
  instanceQuota: clock.value(
    'N',
    'most instances of a type; a change that needs more is refused as a whole',
    wholeNumber(1, 1_000, 'instances'),
    { shownDefault: '32' },
  ),
  port: clock.value('PORT', 'port of the stand-in on 127.0.0.1', port(), { shownDefault: '0: a free one' }),
  localRuntime: clock.value(
    'process|docker',
    "what an instance is: a process, or a container (docker, podman or finch) with the instance type's CPUs and memory",
    oneOf(['process', 'docker']),
    { field: 'runtime', shownDefault: 'process' },
  ),
  serviceTime: capacity.value(
    'DURATION|none',
    'least time that a request takes; none: real inference alone',
    serviceTime,
    {
      shownDefault: '20ms',
    },
  ),
  concurrency: capacity.value('N', 'requests served at a time', wholeNumber(1, 10_000, 'requests'), {
    shownDefault: 'the vCPUs of the instance type',
  }),
  queue: capacity.value(
    'N',
    'requests that may wait; the next is answered 503',
    wholeNumber(0, 1_000_000, 'requests'),
    {
      shownDefault: '256',
    },
  ),
};

/** Only what was named: a stand-in that runs must agree with these, and keeps the rest. */
export function standInSettings(
  settings: Settings<typeof standInOptions> & { region?: string | undefined },
): Partial<StandInOptions> | undefined {
  const named = [settings.serviceTime, settings.concurrency, settings.queue].some(
    (value) => value !== undefined,
  );
  const defaults = defaultStandInOptions.capacity;
  const { serviceTime: _, concurrency: __, queue: ___, ...clockOptions } = standInOptions;
  const options: Partial<StandInOptions> = fieldsOf(clockOptions, settings);
  if (named) {
    options.capacity = {
      serviceTimeMs:
        settings.serviceTime === 'none' ? null : (settings.serviceTime ?? defaults.serviceTimeMs),
      concurrency: settings.concurrency ?? defaults.concurrency,
      queue: settings.queue ?? defaults.queue,
    };
  }
  return Object.keys(options).length === 0 ? undefined : options;
}
