import { userError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import { formatDurationMs } from '../core/units.ts';
import { clientsOf, withClients } from '../experiment/context/cloud.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { LogSourceName } from '../experiment/contract/target.ts';
import { isEndpoint } from '../experiment/endpoints/service-endpoint.ts';
import { readExperiment } from '../experiment/settings/experiments.ts';
import { targetOf } from '../experiment/targets/targets.ts';
import {
  createLogSource,
  type LogLine,
  type LogSource,
  type LogSourceRequest,
} from '../observe/logs/log-source.ts';
import { followLogs, readLogs } from '../observe/logs/read-logs.ts';
import { type ExperimentNames, namesFor } from '../resources/kinds/kind/names.ts';
import { logGroupName } from '../resources/kinds/log-group.ts';
import { apiName } from '../resources/stack/declare-api.ts';

export interface LogsOptions {
  /** Default: the endpoint's. */
  sources?: readonly LogSourceName[];
  /** Wall time. Default 10 minutes. */
  sinceMs?: number;
  /** Go on until interrupted. */
  follow?: boolean;
  /** A text that messages contain. */
  filter?: string;
  /** Any endpoint's instead of the experiment's. */
  endpointName?: string;
}

/**
 * What was logged, oldest first.
 * @param emit awaited before more is read
 * @throws MlbenchError `not-up`, `stand-in-gone`, `no-such-log` (exit code 2), and what the cloud answers
 */
export async function logs(
  options: LogsOptions,
  context: CommandContext,
  emit: (lines: readonly LogLine[]) => Promise<void>,
): Promise<{ exitCode: ExitCode }> {
  const { clock, signal } = context;
  const sources = [...new Set(options.sources ?? ['endpoint' as const])];
  const cloud = await targetOf(context).findLogs(sources, context);
  const names = namesFor(context.experiment, endpointNameOf(options.endpointName, context));
  const sinceMs = options.sinceMs ?? defaultSinceMs;
  let any = false;
  await withClients(clientsOf(context, cloud), async (clients) => {
    // Its answer sets the cloud's clock, which dates the first window.
    await clients.place();
    const { cloudClock, traits } = clients;
    if (cloudClock.timeScale !== 1)
      notice(`times are the stand-in's, whose clock runs ${cloudClock.timeScale}×`, 'info', context);
    const random = createRandom(randomSeed());
    const groups = openGroups(sources, names, { clients, random, containing: options.filter }, context);
    const request = {
      sources: groups.sources,
      clock,
      cloudClock,
      random,
      signal,
      fromMs: cloudClock.nowMs() - sinceMs * cloudClock.timeScale,
      traits,
      async emit(lines: readonly LogLine[]) {
        any = true;
        await emit(lines);
      },
      onTrouble: (error: unknown) =>
        notice(error instanceof Error ? error.message : String(error), 'warning', context),
    };
    await (options.follow ? followLogs(request) : readLogs(request));
    // Where there is no group to read, that has been said already.
    const looked = groups.missing.size < sources.length;
    if (!any && looked && !options.follow) noteNothing(sinceMs, options.filter, context);
  });
  return { exitCode: exitCodes.ok };
}

const defaultSinceMs = 600_000;

/** A log group each. Of one that is not there a person hears once. */
function openGroups(
  names: readonly LogSourceName[],
  of: ExperimentNames,
  shared: Pick<LogSourceRequest, 'clients' | 'random' | 'containing'>,
  context: CommandContext,
): { sources: LogSource[]; missing: ReadonlySet<string> } {
  const { clock, signal } = context;
  const missing = new Set<string>();
  const sources = names.map((name) => {
    const group = groupOf(name, of);
    return createLogSource({
      ...shared,
      clock,
      signal,
      name,
      group,
      onMissing() {
        if (missing.has(group)) return;
        missing.add(group);
        notice(`there is no log group ${group} (yet): nothing was logged there`, 'warning', context);
      },
    });
  });
  return { sources, missing };
}

function groupOf(source: LogSourceName, names: ExperimentNames): string {
  switch (source) {
    case 'endpoint':
      return logGroupName.ofEndpoint(names.endpoint);
    case 'api':
      return logGroupName.ofFunction(apiName(names));
    case 'access':
      return logGroupName.ofAccess(apiName(names));
  }
}

/** Also of an endpoint that never came up: then its logs are wanted most. */
function endpointNameOf(asked: string | undefined, context: CommandContext): string | undefined {
  if (asked !== undefined) return asked;
  const experiment = readExperiment(context);
  const made = experiment?.resources.find(({ kind }) => isEndpoint(kind))?.name;
  if (made !== undefined || targetOf(context).keepsLogs) return made;
  throw userError(
    'not-up',
    `the experiment "${context.experiment}" is not up`,
    `run ${ownCommand('up', context)} first, or name an endpoint with --endpoint-name`,
  );
}

/** An empty answer alone would leave open whether it looked in the right place. */
function noteNothing(sinceMs: number, filter: string | undefined, { emit }: CommandContext): void {
  const what = filter === undefined ? 'nothing' : `nothing with "${filter}"`;
  emit({
    type: 'notice',
    level: 'info',
    message: `${what} was logged in the last ${formatDurationMs(sinceMs)}`,
    remedy: 'pass a longer --since, or --follow to wait for more',
  });
}

function notice(message: string, level: 'info' | 'warning', { emit }: CommandContext): void {
  emit({ type: 'notice', level, message });
}
