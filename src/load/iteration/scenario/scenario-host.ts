import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../core/clock.ts';
import { MlbenchError, userError } from '../../../core/errors.ts';
import { exitCodes } from '../../../core/exit-codes.ts';
import { builtProgram } from '../../../core/package-paths.ts';
import type { Wait } from '../../../offered/waits/waits.ts';
import type { ScenarioRun } from '../define-scenario.ts';
import type { LocatedScenario } from './load-scenario.ts';
import type { ScenarioModules } from './scenario-modules.ts';

export interface HostAssignment {
  located: LocatedScenario;
  run: ScenarioRun;
}
export type ToHost = { type: 'setup' } | { type: 'teardown' };
export type FromHost =
  | { type: 'described'; wait: Wait | null; modules: ScenarioModules }
  | { type: 'set-up'; data: unknown }
  | { type: 'torn-down' }
  | { type: 'refused'; code: string; message: string; remedy: string };

/** A scenario's set-up and tear-down, in a thread that can be ended whatever it does. */
export interface ScenarioHost {
  /** Its own wait, unless it has none. */
  wait: Wait | null;
  modules: ScenarioModules;
  /** @throws MlbenchError */
  setup(): Promise<unknown>;
  /** @throws MlbenchError. The thread is gone afterwards. */
  teardown(): Promise<void>;
  close(): void;
}

/** @throws MlbenchError (exit code 2): what is wrong with the file, with its line */
export async function openScenarioHost(
  assignment: HostAssignment,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<ScenarioHost> {
  const { file } = assignment.located;
  const thread = new Worker(builtProgram('scenario-host'), {
    workerData: assignment,
    name: 'scenario',
    ...scenarioThreadOptions,
  });
  thread.stdout.on('data', (text) => process.stderr.write(text));
  // What ends it after an answer interests nobody.
  thread.on('error', () => {});
  const answerWithin = (ms: number, doing: string, message?: ToHost) =>
    answerOf(thread, { ms, doing, message }, { clock, signal, file });
  const answer = await answerWithin(30_000, 'loading it');
  const { wait, modules } = answer.type === 'described' ? answer : { wait: null, modules: {} };
  return {
    wait,
    modules,
    async setup() {
      const answer = await answerWithin(120_000, 'setup', { type: 'setup' });
      return answer.type === 'set-up' ? answer.data : undefined;
    },
    async teardown() {
      await answerWithin(30_000, 'teardown', { type: 'teardown' });
      await thread.terminate();
    },
    close() {
      void thread.terminate();
    },
  };
}

/**
 * Sends the message, if there is one, and waits for what the thread says next.
 * @throws MlbenchError where the thread refuses, ends, or takes too long: it is ended then
 */
function answerOf(
  thread: Worker,
  { ms, doing, message }: { ms: number; doing: string; message: ToHost | undefined },
  { clock, signal, file }: { clock: Clock; signal: AbortSignal; file: string },
): Promise<FromHost> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const refuse = (error: MlbenchError) => {
      finish();
      void thread.terminate();
      reject(error);
    };
    const fail = (why: string, cause?: unknown) =>
      refuse(userError('bad-scenario', `${file}: ${why}`, 'correct the scenario', cause));
    const onMessage = (answer: FromHost) => {
      if (answer.type === 'refused') {
        refuse(userError(answer.code, answer.message, answer.remedy));
      } else {
        finish();
        resolve(answer);
      }
    };
    const onError = (error: Error) => fail(`${doing}: ${error.message}`, error);
    const onExit = () => fail(`${doing}: it ended the thread`);
    // Tearing down is what comes after an interruption, too.
    const onAbort = () => {
      if (message?.type !== 'teardown') refuse(interrupted(doing));
    };
    const timer = clock.after(ms, () => fail(`${doing} took longer than ${ms / 1_000} s`));
    signal.addEventListener('abort', onAbort);
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    if (message !== undefined) thread.postMessage(message);
  });
}

/**
 * What a scenario prints belongs beside the run's messages, not into its data; Node's remarks on type stripping
 * nowhere.
 */
export const scenarioThreadOptions = {
  stdout: true,
  execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
};

function interrupted(doing: string): MlbenchError {
  return new MlbenchError({
    code: 'interrupted',
    message: `interrupted during the scenario's ${doing}`,
    remedy: 'nothing was sent by the load; what the set-up had made may be there still',
    source: 'user',
    exitCode: exitCodes.interrupted,
  });
}
