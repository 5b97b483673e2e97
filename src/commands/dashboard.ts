import { MlbenchError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import { hideUserinfo, redactText } from '../core/redact.ts';
import { formFlags } from '../dashboard/form/form-command.ts';
import { formFields } from '../dashboard/form/form-fields.ts';
import { fieldNamed, problemOf, problemsIn } from '../dashboard/form/form-problems.ts';
import type { CheckedForm, FormProblem, FormValues } from '../dashboard/form/form-shape.ts';
import { givenIn } from '../dashboard/form/given-in.ts';
import { openRunShelf } from '../dashboard/runs/run-shelf.ts';
import { type LiveServer, openLiveServer } from '../dashboard/server/live-server.ts';
import type { Workbench } from '../dashboard/server/workbench.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import { type LoadOptions, loadOptions } from '../experiment/load/load-options.ts';
import { type PlannedLoad, planLoad } from '../experiment/load/load-plan.ts';
import { measure } from '../experiment/run/measure.ts';
import { findExperiment } from '../experiment/settings/experiments.ts';
import { describePlan } from '../load/plan/describe-plan.ts';
import { renderReport } from '../report/render-report.ts';
import { openLedger } from '../resources/engine/ledger-store.ts';

export interface DashboardOptions {
  port: number;
  host: string;
  /** What the form begins with. */
  values: FormValues;
  /** What was filled in, as if it had been typed: variables and the config file count. @throws MlbenchError */
  read(texts: Record<string, string[]>): LoadOptions;
}

export interface DashboardOutcome {
  exitCode: ExitCode;
  url: string;
  runs: { runId: string; exitCode: ExitCode }[];
}

/**
 * Serves the live page until it is told to end, and starts what pages ask for, one run at a time. A run that goes on at
 * the end is ended with it, and its record kept.
 * @param listening told the URL as soon as a browser can open it
 * @throws MlbenchError `web-port`, `web-host` (exit code 2)
 */
export async function dashboard(
  options: DashboardOptions,
  context: CommandContext,
  listening: (url: string) => void,
): Promise<DashboardOutcome> {
  const runs: DashboardOutcome['runs'] = [];
  let going: Promise<void> | null = null;
  const workbench: Workbench = {
    form: () => ({
      fields: formFields(loadOptions),
      values: hiddenIn(options.values),
      whereItGoes: whereItGoes(context),
    }),
    async check(values) {
      // To read files for a plan would disturb the load.
      if (going !== null)
        return { command: commandOf(unhiddenIn(values, options.values)), plan: null, problems: [] };
      return (await checkForm(unhiddenIn(values, options.values), options, context)).checked;
    },
    async start(values) {
      if (going !== null) return { isStarted: false, message: 'a run goes on: stop it, or wait for its end' };
      // Taken at once: of two pages that start at a time, one is refused.
      const { promise, resolve } = Promise.withResolvers<void>();
      going = promise;
      const end = () => {
        going = null;
        resolve();
      };
      const { checked, planned } = await checkForm(unhiddenIn(values, options.values), options, context);
      if (planned === null) {
        end();
        return { isStarted: false, message: firstProblem(checked.problems) };
      }
      tell(context, `a page starts a run: ${checked.plan}`);
      runOne(planned, server, context, runs).finally(end);
      return { isStarted: true, message: 'the run starts' };
    },
  };
  const server = await openLiveServer({
    ...{ port: options.port, host: options.host, portFlag: '--port', clock: context.clock, workbench },
    shelf: openRunShelf(context.stateDir),
    failed: (error) => tell(context, `the live page has failed: ${wordsOf(error)}`, 'warning'),
  });
  listening(server.url);
  await aborted(context.signal);
  await going;
  await server.close();
  return { exitCode: exitCodes.ok, url: server.url, runs };
}

function firstProblem(problems: readonly FormProblem[]): string {
  const [first] = problems;
  return first === undefined ? 'this load cannot be planned' : `${first.message}: ${first.remedy}`;
}

/** Never throws: what goes wrong with a run is told, and the page stays for the next. */
async function runOne(
  planned: PlannedLoad,
  server: LiveServer,
  context: CommandContext,
  runs: DashboardOutcome['runs'],
): Promise<void> {
  try {
    const outcome = await measure(
      planned,
      { follow: server.follow, steering: server.steering, untilStable: false, renderReport },
      { ...context, emit: noticesOf(context.emit) },
    );
    runs.push({ runId: outcome.result.runId, exitCode: outcome.exitCode });
    const { validity, expectations } = outcome.result;
    const service = expectations?.verdict ?? 'NONE';
    const said = [validity.verdict, ...(service === 'NONE' ? [] : [service])].join(', ');
    tell(context, `run ${outcome.result.runId} has ended: ${said}; its record is ${outcome.runDirectory}`);
  } catch (error) {
    const why = wordsOf(error);
    server.tell({ name: 'failed', message: why });
    tell(context, why, 'warning');
  }
}

/** The terminal of a page that others use says what they do, and no line a second. */
function noticesOf(emit: CommandContext['emit']): CommandContext['emit'] {
  return (event) => {
    if (event.type === 'notice' || event.type === 'wire') emit(event);
  };
}

function tell({ emit }: CommandContext, message: string, level: 'info' | 'warning' = 'info'): void {
  emit({ type: 'notice', level, message });
}

function wordsOf(error: unknown): string {
  if (error instanceof MlbenchError) return `${error.message}: ${error.remedy}`;
  return redactText(error instanceof Error ? error.message : String(error));
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
}

/** As the ledger has it now: something may have come up, or gone, since the page was opened. */
function today(context: CommandContext): CommandContext {
  const ledger = openLedger(context.stateDir);
  const known = findExperiment(ledger, context.experiment);
  return {
    ...context,
    ledger,
    ...(known === undefined ? {} : { target: known.target, region: known.region }),
  };
}

function whereItGoes(context: CommandContext): string {
  try {
    const { ledger, experiment } = today(context);
    const isUp = findExperiment(ledger, experiment) !== undefined;
    return isUp
      ? `A load goes to the experiment ${experiment}, which is up, unless another destination is named.`
      : `No experiment ${experiment} is up: \`${ownCommand('up')}\` brings one up. A URL or an endpoint can be named as well.`;
  } catch (error) {
    return wordsOf(error);
  }
}

function commandOf(values: FormValues): string {
  return ownCommand(`load ${formFlags(loadOptions, values)}`.trimEnd());
}

/** A password in the URL that was typed for the dashboard is shown to no page. */
function hiddenIn(values: FormValues): FormValues {
  return { ...values, ...(values['url'] === undefined ? {} : { url: values['url'].map(hideUserinfo) }) };
}

/** What a page leaves as it was shown is what was typed. */
function unhiddenIn(values: FormValues, typed: FormValues): FormValues {
  const [shown] = hiddenIn(typed)['url'] ?? [];
  const isLeft = shown !== undefined && values['url']?.[0] === shown;
  return isLeft ? { ...values, url: typed['url']! } : values;
}

/** All that the command line would check of `load`, and no request of it. */
async function checkForm(
  values: FormValues,
  { read }: Pick<DashboardOptions, 'read'>,
  context: CommandContext,
): Promise<{ checked: CheckedForm; planned: PlannedLoad | null }> {
  const command = commandOf(values);
  const problems = problemsIn(loadOptions, values);
  if (problems.length > 0) return { checked: { command, plan: null, problems }, planned: null };
  try {
    const planned = await planLoad(read(givenIn(loadOptions, values)), today(context));
    return { checked: { command, plan: describePlan(planned.plan), problems: [] }, planned };
  } catch (error) {
    const problem = problemOf(error, error instanceof Error ? fieldNamed(loadOptions, error.message) : null);
    return { checked: { command, plan: null, problems: [problem] }, planned: null };
  }
}
