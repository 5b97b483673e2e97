import type { Clock } from '../../core/clock.ts';
import { sleep } from '../../core/clock.ts';
import { cloudError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { isCloudError } from '../../resources/sdk/cloud-errors.ts';

/** One event of CloudWatch Logs. Its message is whatever a program wrote: control characters and all. */
export interface LogLine {
  /** The log source's name: `endpoint`. */
  source: string;
  group: string;
  stream: string;
  eventId: string;
  /** Cloud milliseconds. */
  atMs: number;
  message: string;
}

/** Cloud milliseconds, both ends included; without an end: up to what is there. */
export interface LogWindow {
  fromMs: number;
  toMs?: number;
}

export interface LogSource {
  readonly group: string;
  /** Page by page, in the order of their time. A group that does not exist has none. */
  read(window: LogWindow): AsyncGenerator<LogLine[]>;
}

export interface LogSourceRequest {
  clients: Pick<CloudClients, 'logs' | 'traits'>;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
  name: string;
  group: string;
  /** A text that messages must contain. */
  containing: string | undefined;
  /** Told when there is no such group, every time it is asked for. */
  onMissing(): void;
}

/** Nobody reads more; a service that never ends its list must not hold us. */
const mostPages = 5_000;

/** FilterLogEvents over one log group. */
export function createLogSource(request: LogSourceRequest): LogSource {
  const { clients, clock, random, signal, name, group } = request;
  const filterPattern = request.containing === undefined ? undefined : quotedPhrase(request.containing);
  return {
    group,
    async *read({ fromMs, toMs }) {
      const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const logs = await clients.logs();
      const [leastMs, mostMs] = clients.traits.logs.betweenPagesMs;
      let nextToken: string | undefined;
      for (let page = 0; page < mostPages; page++) {
        if (page > 0 && mostMs > 0) await sleep(clock, random.between(leastMs, mostMs), signal);
        const input = {
          logGroupName: group,
          startTime: Math.max(0, Math.floor(fromMs)),
          ...(toMs === undefined ? {} : { endTime: Math.ceil(toMs) }),
          ...(filterPattern === undefined ? {} : { filterPattern }),
          ...(nextToken === undefined ? {} : { nextToken }),
        };
        const answer = await logs.send(new FilterLogEventsCommand(input)).catch((error: unknown) => {
          if (isCloudError(error, 'ResourceNotFoundException')) return undefined;
          throw error;
        });
        if (answer === undefined) {
          request.onMissing();
          return;
        }
        yield (answer.events ?? []).map((event) => ({
          source: name,
          group,
          stream: event.logStreamName ?? '',
          eventId: event.eventId ?? '',
          atMs: event.timestamp ?? 0,
          message: event.message ?? '',
        }));
        // An empty page with a token is not the end; a token that comes back is.
        if (!answer.nextToken || answer.nextToken === nextToken) return;
        nextToken = answer.nextToken;
      }
      throw cloudError(
        'logs-endless',
        `the log group ${group} has more than ${mostPages} pages of events in that time`,
        'narrow it down with --since or --filter',
      );
    },
  };
}

/** In the filter pattern syntax: only in quotes may a term hold anything but letters, digits and underscores. */
function quotedPhrase(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
