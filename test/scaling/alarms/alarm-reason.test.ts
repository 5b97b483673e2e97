import { describe, expect, it } from 'vitest';
import type { AlarmDefinition, Evaluation } from '../../../src/scaling/alarms/alarm.ts';
import { stateReason, stateReasonData } from '../../../src/scaling/alarms/alarm-reason.ts';

const at = Date.parse('2026-11-22T15:05:00Z');

function definitionOf(changes: Partial<AlarmDefinition> = {}): AlarmDefinition {
  return {
    alarmName: 'a',
    alarmArn: 'arn:a',
    description: undefined,
    actionsEnabled: true,
    okActions: [],
    alarmActions: [],
    insufficientDataActions: [],
    metric: { namespace: 'N', metricName: 'M', dimensions: {}, statistic: 'Sum', periodMs: 60_000 },
    threshold: 60,
    comparison: 'GreaterThanThreshold',
    evaluationPeriods: 3,
    datapointsToAlarm: undefined,
    treatMissingData: undefined,
    evaluateLowSampleCountPercentile: undefined,
    ...changes,
  };
}

/** Newest first. */
function evaluationOf(state: Evaluation['state'], values: number[], filled = 0): Evaluation {
  return {
    state,
    filled,
    evaluated: values.map((value, index) => ({ periodStartMs: at - index * 60_000, value })),
  };
}

describe('the reason of a state', () => {
  it.each<[string, Partial<AlarmDefinition>, Evaluation, string]>([
    [
      'three datapoints over the threshold',
      {},
      evaluationOf('ALARM', [131, 120.5, 99]),
      'Threshold Crossed: 3 datapoints [131.0 (22/11/26 15:05:00), 120.5 (22/11/26 15:04:00), 99.0 (22/11/26 15:03:00)] were greater than the threshold (60.0).',
    ],
    [
      'one of them not over it any more',
      {},
      evaluationOf('OK', [40, 120, 99]),
      'Threshold Crossed: 3 datapoints [40.0 (22/11/26 15:05:00), 120.0 (22/11/26 15:04:00), 99.0 (22/11/26 15:03:00)] were not greater than the threshold (60.0).',
    ],
    [
      'one datapoint',
      { evaluationPeriods: 1, comparison: 'LessThanOrEqualToThreshold', threshold: 0.5 },
      evaluationOf('ALARM', [0]),
      'Threshold Crossed: 1 datapoint [0.0 (22/11/26 15:05:00)] was less than or equal to the threshold (0.5).',
    ],
    [
      'M out of N',
      { datapointsToAlarm: 2 },
      evaluationOf('ALARM', [70, 10, 70]),
      'Threshold Crossed: 3 out of the last 3 datapoints [70.0 (22/11/26 15:05:00), 10.0 (22/11/26 15:04:00), 70.0 (22/11/26 15:03:00)] were greater than the threshold (60.0) (minimum 2 datapoints for OK -> ALARM transition).',
    ],
    [
      'nothing received, missing is breaching',
      { evaluationPeriods: 1, treatMissingData: 'breaching' },
      evaluationOf('ALARM', [], 1),
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    ],
    [
      'nothing received, missing is not breaching',
      { treatMissingData: 'notBreaching' },
      evaluationOf('OK', [], 3),
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    ],
    [
      'nothing known',
      {},
      evaluationOf('INSUFFICIENT_DATA', [], 3),
      'Insufficient Data: 3 datapoints were unknown.',
    ],
  ])('%s', (_name, changes, evaluation, expected) => {
    expect(stateReason(definitionOf(changes), evaluation, 'OK')).toBe(expected);
  });

  it('comes with its datapoints as JSON, recent ones oldest first', () => {
    const data = stateReasonData(definitionOf(), evaluationOf('ALARM', [131, 120.5, 99]), at + 120_000);
    expect(JSON.parse(data)).toEqual({
      version: '1.0',
      queryDate: '2026-11-22T15:07:00.000+0000',
      startDate: '2026-11-22T15:03:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [99, 120.5, 131],
      threshold: 60,
      evaluatedDatapoints: [
        { timestamp: '2026-11-22T15:05:00.000+0000', value: 131 },
        { timestamp: '2026-11-22T15:04:00.000+0000', value: 120.5 },
        { timestamp: '2026-11-22T15:03:00.000+0000', value: 99 },
      ],
    });
  });
});
