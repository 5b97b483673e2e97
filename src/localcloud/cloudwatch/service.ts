import { targetedService } from '../protocols/targeted-service.ts';
import type { AnyOperation, TargetedService } from '../service/operation.ts';
import { getMetricData } from './metrics/get-metric-data.ts';
import { getMetricStatistics } from './metrics/get-metric-statistics.ts';
import { listMetrics } from './metrics/list-metrics.ts';
import type { MetricDeps } from './metrics/metric-input.ts';
import { putMetricData } from './metrics/put-metric-data.ts';

/** CloudWatch: metrics here, and the alarm operations that are handed in, over whatever dependencies those want. */
export function createCloudWatch<Deps extends MetricDeps>(
  deps: Deps,
  alarmOperations: readonly AnyOperation<Deps>[],
): TargetedService {
  return targetedService<Deps>(
    {
      signingName: 'monitoring',
      targetPrefix: 'GraniteServiceVersion20100801',
      rpcV2Name: 'GraniteServiceVersion20100801',
      query: { xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/', version: '2010-08-01' },
      invalidInputCode: 'ValidationException',
    },
    [getMetricData, getMetricStatistics, listMetrics, putMetricData, ...alarmOperations],
    deps,
  );
}
