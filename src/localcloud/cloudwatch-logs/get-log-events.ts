import { z } from 'zod';
import { booleanField, integerField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import {
  firstThatFit,
  groupInput,
  invalidParameter,
  type LogsDeps,
  notFound,
  readToken,
  requireGroup,
  streamNameField,
  timeField,
  tokenField,
  writeToken,
} from './deps.ts';
import type { LogEvent } from './log-store.ts';

/**
 * One stream's events, from either end. Both tokens are always given; the end of the stream gives back the token that
 * was sent. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export const getLogEvents = operation({
  name: 'GetLogEvents',
  input: z.object({
    ...groupInput,
    logStreamName: streamNameField,
    startTime: timeField.optional(),
    endTime: timeField.optional(),
    nextToken: tokenField.optional(),
    limit: integerField({ min: 1, max: 10_000 }).optional(),
    startFromHead: booleanField.optional(),
    unmask: booleanField.optional(),
  }),
  handle(input, deps: LogsDeps) {
    const group = requireGroup(input, deps);
    const stream = group.streams.get(input.logStreamName);
    if (!stream) throw notFound('The specified log stream does not exist.');
    const { startTime = 0, endTime } = input;
    const events = deps.logs
      .events(group, stream)
      .filter(({ atMs }) => atMs >= startTime && atMs < (endTime ?? Number.POSITIVE_INFINITY));
    const { backward, sequence } = placeOf(input.nextToken, input.startFromHead ?? false);
    const shown = shownFrom(events, backward, sequence, input.limit ?? 10_000);
    // Where nothing is left in that direction, the place stays the same.
    const first = shown[0]?.sequence ?? sequence;
    const last = shown.at(-1)?.sequence ?? sequence;
    return {
      events: shown.map(({ atMs, message }) => ({ timestamp: atMs, message, ingestionTime: atMs })),
      nextForwardToken: tokenOf('f', last),
      nextBackwardToken: tokenOf('b', first),
    };
  },
});

function shownFrom(events: LogEvent[], backward: boolean, sequence: number, limit: number): LogEvent[] {
  const sizeOf = ({ message }: LogEvent) => Buffer.byteLength(message);
  if (!backward)
    return firstThatFit(events.filter((event) => event.sequence > sequence).slice(0, limit), sizeOf);
  const before = events.filter((event) => event.sequence < sequence).slice(-limit);
  return firstThatFit(before.toReversed(), sizeOf).toReversed();
}

/** Between which events to go on, and whereto. */
function placeOf(token: string | undefined, fromHead: boolean): { backward: boolean; sequence: number } {
  if (token === undefined)
    return fromHead
      ? { backward: false, sequence: -1 }
      : { backward: true, sequence: Number.MAX_SAFE_INTEGER };
  const [, direction, sequence] = /^([fb])\/(-?\d+)$/.exec(readToken(token)) ?? [];
  if (direction === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return { backward: direction === 'b', sequence: Number(sequence) };
}

function tokenOf(direction: 'f' | 'b', sequence: number): string {
  return writeToken(`${direction}/${sequence}`);
}
