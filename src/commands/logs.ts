import { join } from 'node:path';
import { userError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import { formatDurationMs } from '../core/units.ts';
import { findStandIn, type StandIn } from '../localcloud/process.ts';
import { createLogSource, type LogLine } from '../observe/logs/log-source.ts';
import { followLogs, readLogs } from '../observe/logs/read-logs.ts';
import { type ExperimentNames, namesFor } from '../resources/kinds/names.ts';
import type { CommandContext } from './context.ts';
import { clientsOf } from './engine-context.ts';
import { readExperiment } from './experiments.ts';
import { command, isEndpoint } from './service-endpoint.ts';

/** Who speaks: the model's containers; the API's Lambda; the API's callers, a line a request. */
type LogSourceName = 'endpoint' | 'api' | 'access';

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
  const { clock, signal, target } = context;
  const sources = [...new Set(options.sources ?? ['endpoint' as const])];
  const standIn = target === 'aws' ? null : await requireStandIn(sources, context);
  const names = namesFor(context.experiment, endpointNameOf(options.endpointName, context));
  const clients = clientsOf(context, standIn);
  const random = createRandom(randomSeed());
  const warned = new Set<string>();
  const sinceMs = options.sinceMs ?? defaultSinceMs;
  let any = false;
  try {
    // Its answer sets the cloud's clock, which dates the first window.
    await clients.place();
    const { cloudClock } = clients;
    if (cloudClock.timeScale !== 1)
      notice(`times are the stand-in's, whose clock runs ${cloudClock.timeScale}×`, 'info', context);
    const request = {
      sources: sources.map((name) => {
        const group = groupOf(name, names);
        return createLogSource({
          clients,
          clock,
          random,
          signal,
          name,
          group,
          containing: options.filter,
          onMissing() {
            if (warned.has(group)) return;
            warned.add(group);
            notice(`there is no log group ${group} (yet): nothing was logged there`, 'warning', context);
          },
        });
      }),
      clock,
      cloudClock,
      random,
      signal,
      fromMs: cloudClock.nowMs() - sinceMs * cloudClock.timeScale,
      onAws: target === 'aws',
      async emit(lines: readonly LogLine[]) {
        any = true;
        await emit(lines);
      },
      onTrouble: (error: unknown) =>
        notice(error instanceof Error ? error.message : String(error), 'warning', context),
    };
    await (options.follow ? followLogs(request) : readLogs(request));
    // Where there is no group to read, that has been said already.
    const looked = warned.size < sources.length;
    if (!any && looked && !options.follow) noteNothing(sinceMs, options.filter, context);
    return { exitCode: exitCodes.ok };
  } finally {
    clients.close();
  }
}

const defaultSinceMs = 600_000;

function groupOf(source: LogSourceName, names: ExperimentNames): string {
  switch (source) {
    case 'endpoint':
      return names.endpointLogs;
    case 'api':
      return names.apiLogs;
    case 'access':
      return names.apiAccessLogs;
  }
}

/** Also of an endpoint that never came up: then its logs are wanted most. */
function endpointNameOf(asked: string | undefined, context: CommandContext): string | undefined {
  if (asked !== undefined) return asked;
  const experiment = readExperiment(context);
  const made = experiment?.resources.find(({ kind }) => isEndpoint(kind))?.name;
  // On AWS logs outlive the experiment, and may be read without its ledger.
  if (made !== undefined || context.target === 'aws') return made;
  throw userError(
    'not-up',
    `the experiment "${context.experiment}" is not up`,
    `run ${command(context, 'up')} first, or name an endpoint with --endpoint-name`,
  );
}

async function requireStandIn(sources: readonly LogSourceName[], context: CommandContext): Promise<StandIn> {
  const other = sources.find((source) => source !== 'endpoint');
  if (other !== undefined)
    throw userError(
      'no-such-log',
      `--source ${other}: on the stand-in the API is a process of this machine and has no log group`,
      `read ${join(context.stateDir, 'api', 'log')}, or pass --source endpoint`,
    );
  const standIn = await findStandIn(context.stateDir);
  if (standIn?.healthy) return standIn;
  throw userError(
    'stand-in-gone',
    `no stand-in runs in ${context.stateDir}, and what was logged ended with it`,
    `run ${command(context, 'up')}; the instances' last words are in ${join(context.stateDir, 'local', 'instances', 'logs')}`,
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
