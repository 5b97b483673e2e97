import { z } from 'zod';
import { booleanField, integerField, listField, textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import {
  eventId,
  groupInput,
  invalidParameter,
  type LogsDeps,
  notFound,
  pageByKey,
  requireGroup,
  streamNameField,
  timeField,
  tokenField,
} from './deps.ts';
import { parseFilterPattern } from './filter-pattern.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents = operation({
  name: 'FilterLogEvents',
  input: z.object({
    ...groupInput,
    logStreamNames: listField(streamNameField, { min: 1, max: 100 }).optional(),
    logStreamNamePrefix: streamNameField.optional(),
    startTime: timeField.optional(),
    endTime: timeField.optional(),
    filterPattern: textField({ max: 1_024 }).optional(),
    limit: integerField({ min: 1, max: 10_000 }).optional(),
    nextToken: tokenField.optional(),
    interleaved: booleanField.optional(),
    unmask: booleanField.optional(),
  }),
  handle(input, deps: LogsDeps) {
    const { logStreamNames: names, logStreamNamePrefix: prefix, startTime = 0, endTime } = input;
    if (names && prefix !== undefined)
      throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be specified.');
    const group = requireGroup(input, deps);
    const matches = parseFilterPattern(input.filterPattern ?? '');
    const missing = names?.some((name) => !group.streams.has(name));
    if (missing) throw notFound('The specified log stream does not exist.');
    const found = [...group.streams.values()]
      .filter(({ name }) => names?.includes(name) ?? name.startsWith(prefix ?? ''))
      .flatMap((stream) =>
        deps.logs
          .events(group, stream)
          .map((event) => ({ ...event, stream: stream.name, id: eventId(event) })),
      )
      .filter(({ atMs, message }) => atMs >= startTime && atMs <= (endTime ?? atMs) && matches(message))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const { nextToken, limit = 10_000 } = input;
    const page = pageByKey(
      found,
      ({ id }) => id,
      { nextToken, limit },
      ({ message }) => Buffer.byteLength(message),
    );
    return {
      events: page.items.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.atMs,
        message: event.message,
        ingestionTime: event.atMs,
        eventId: event.id,
      })),
      searchedLogStreams: [],
      nextToken: page.nextToken,
    };
  },
});
