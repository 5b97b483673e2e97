import { targetedService } from '../protocols/targeted-service.ts';
import type { TargetedService } from '../service/operation.ts';
import { createLogGroup } from './create-log-group.ts';
import { deleteLogGroup } from './delete-log-group.ts';
import type { LogsDeps } from './deps.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { putRetentionPolicy } from './put-retention-policy.ts';
import { listTagsForResource } from './tags.ts';

/** CloudWatch Logs, as far as reading what containers say needs it. */
export function createCloudWatchLogs(deps: LogsDeps): TargetedService {
  return targetedService(
    { signingName: 'logs', targetPrefix: 'Logs_20140328', invalidInputCode: 'InvalidParameterException' },
    [
      describeLogGroups,
      describeLogStreams,
      filterLogEvents,
      getLogEvents,
      createLogGroup,
      deleteLogGroup,
      putRetentionPolicy,
      listTagsForResource,
    ],
    deps,
  );
}
