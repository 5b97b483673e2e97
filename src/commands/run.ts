import { MlbenchError } from '../core/errors.ts';
import { type ExitCode, exitCodes, strongestExitCode } from '../core/exit-codes.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { DownOutcome, LoadOutcome, RunOutcome, UpOutcome } from '../experiment/contract/outcomes.ts';
import type { LoadOptions } from '../experiment/load/load-options.ts';
import { offeredBy, planLoad } from '../experiment/load/load-plan.ts';
import { needsSample, readGiven } from '../experiment/load/request-body.ts';
import { measure, type Onlookers } from '../experiment/run/measure.ts';
import { findExperiment } from '../experiment/settings/experiments.ts';
import type { UpOptions } from '../experiment/settings/up-options.ts';
import { namesLoad } from '../offered/from-flags.ts';
import { renderReport } from '../report/render-report.ts';
import { down } from './down.ts';
import { up } from './up.ts';

export interface RunOptions {
  up: UpOptions;
  /** Left out: a load that one instance cannot carry, for a minute (`demonstration`). */
  load: LoadOptions;
  /** True: leave it all up at the end, and after a failure. Default false. */
  keep?: boolean;
}

/**
 * More than one instance of the stand-in carries by default (100 requests/s), for a wall minute: at the default time
 * scale of 20 that is 20 cloud minutes, in which the alarm's three datapoints pass, two scale-outs get into service,
 * and latency recovers. Three instances then get 2,800 invocations a minute each: under the default target value of
 * 3,000 and over the 2,700 of the low alarm, so that the fleet rests until the load ends.
 */
const demonstration: LoadOptions = {
  users: 140,
  ramp: { kind: 'over', durationMs: 10_000 },
};

const demonstrationMs = 60_000;

/** Flags that the caller left out come from the demonstration, unless the caller names another load model. */
function loadOf(asked: LoadOptions): LoadOptions {
  const { users: _, ...rest } = asked;
  if (namesLoad(rest)) return asked;
  // A number of requests ends a load by itself, after as long as it takes.
  const ends = asked.maxRequests === undefined ? { durationMs: demonstrationMs } : {};
  return { ...demonstration, ...ends, ...asked };
}

/**
 * The whole experiment: up, load, watch until the fleet is calm, report, down. It goes down after failures and Ctrl-C
 * too, unless it is to be kept; an experiment that was up before is left up if `up` itself refuses.
 */
export async function run(
  options: RunOptions,
  context: CommandContext,
  onlookers: Onlookers = {},
): Promise<RunOutcome> {
  // What can be said of the load is said before anything is up.
  offeredBy(loadOf(options.load));
  readGiven(options.load);
  const wasUp = findExperiment(context.ledger, context.experiment) !== undefined;
  const work = await attempt(options, context, onlookers);
  const isUp = findExperiment(context.ledger, context.experiment) !== undefined;
  const goesDown = isUp && !options.keep && (work.up !== null || !wasUp);
  const downOutcome = goesDown ? await goDown(context) : null;
  const exitCode = strongestExitCode([
    work.load?.exitCode ?? exitCodes.ok,
    downOutcome?.exitCode ?? exitCodes.ok,
    work.failure instanceof MlbenchError ? work.failure.exitCode : exitCodes.ok,
    context.signal.aborted ? exitCodes.interrupted : exitCodes.ok,
  ]);
  if (work.up === null || work.failure !== undefined) throw withExitCode(work.failure, exitCode);
  return {
    exitCode,
    up: work.up,
    load: work.load,
    down: downOutcome,
    reportPath: work.load?.reportPath ?? null,
  };
}

interface Work {
  up: UpOutcome | null;
  load: LoadOutcome | null;
  failure: unknown;
}

async function attempt(options: RunOptions, context: CommandContext, onlookers: Onlookers): Promise<Work> {
  const work: Work = { up: null, load: null, failure: undefined };
  const begin = (name: string, message: string) => context.emit({ type: 'part', name, message });
  try {
    begin('up', 'deploying the model');
    work.up = await up(options.up, context, needsSample(options.load));
    begin('load', 'loading the endpoint');
    const planned = await planLoad(loadOf(options.load), context);
    work.load = await measure(
      planned,
      {
        ...onlookers,
        untilStable: true,
        renderReport,
        onLoadEnded: () => begin('watch', 'watching until the fleet is calm'),
      },
      context,
    );
    if (work.load.reportPath !== null) begin('report', work.load.reportPath);
  } catch (error) {
    work.failure = error;
  }
  return work;
}

/** With a signal of its own: a Ctrl-C that ended the load must not end the cleaning up. */
async function goDown(context: CommandContext): Promise<DownOutcome> {
  context.emit({ type: 'part', name: 'down', message: 'removing everything' });
  if (context.ledger.trouble() !== null) nameWhatIsUp(context);
  return down({ ...context, signal: new AbortController().signal });
}

/** The record was lost on the way: whoever reads this may have to look whether it is really gone. */
function nameWhatIsUp({ ledger, experiment, emit }: CommandContext): void {
  const made = ledger.read().experiments[experiment]?.resources ?? [];
  const names = made.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  emit({
    type: 'notice',
    level: 'warning',
    message: `removed from memory, for the record was lost: ${names}`,
  });
}

/** The same failure, with the strongest exit code of all that happened. */
function withExitCode(failure: unknown, exitCode: ExitCode): unknown {
  if (!(failure instanceof MlbenchError) || failure.exitCode === exitCode) return failure;
  const { code, message, remedy, source, cause } = failure;
  return new MlbenchError({ code, message, remedy, source, cause, exitCode });
}
