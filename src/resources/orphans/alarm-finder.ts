import { endpointKind } from '../endpoint.ts';
import { metricAlarmKind } from '../metric-alarm.ts';
import { namePrefix, namesTagged, nominee, type OrphanFinder } from './orphan.ts';

/** Alarms by tag, by name, and those that act on a policy of an endpoint that is an orphan, whatever they are called. */
export const alarmFinder: OrphanFinder = {
  kind: metricAlarmKind,
  async find(search) {
    const { paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
    const client = await search.clients.cloudwatch();
    const found = namesTagged(search, /:cloudwatch:.*:alarm:(.+)$/);
    const endpoints = search.confirmed.filter(({ kind }) => kind === endpointKind.kind);
    const isTheirs = (action: string) =>
      endpoints.some(({ name }) => action.includes(`:resource/sagemaker/endpoint/${name}/variant/`));
    const AlarmTypes: ['MetricAlarm'] = ['MetricAlarm'];
    for await (const { MetricAlarms } of paginateDescribeAlarms({ client }, { AlarmTypes }))
      for (const { AlarmName = '', AlarmActions = [], AlarmConfigurationUpdatedTimestamp } of MetricAlarms ??
        []) {
        // Target tracking's own go with their policy.
        if (AlarmName.startsWith('TargetTracking-')) continue;
        if (AlarmName.startsWith(namePrefix) || AlarmActions.some(isTheirs))
          found.push(...nominee(AlarmName, AlarmConfigurationUpdatedTimestamp));
      }
    return found;
  },
};
