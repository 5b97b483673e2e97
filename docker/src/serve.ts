/**
 * The serving program. As SageMaker starts it: `IMAGE serve`. `check DIR` loads the model in DIR, asks it with a request,
 * prints what it is and the request as JSON, and exits 0. Of a model that cannot be served it prints the problem and what
 * to do as JSON, and both in one line on standard error, and exits 1.
 */
import { ModelProblem } from '../../src/core/model/model-problem.ts';
import { check } from './check/check.ts';
import { log, oneLine } from './log.ts';
import { loadModel } from './model.ts';
import { createServingServer } from './server.ts';
import { readSettings, type Settings } from './settings.ts';

const [command, directory] = process.argv.slice(2);
if (command === 'serve' && directory === undefined) await serve();
else if (command === 'check' && directory !== undefined) await checkAndExit(directory);
else fail('usage: serve | check DIRECTORY', 2);

async function serve(): Promise<void> {
  const settings = settingsOrExit();
  const startedMs = performance.now();
  // A reader of the log that goes away is no reason to stop serving.
  process.stdout.on('error', () => {});
  const server = createServingServer(settings);
  let stopping: Promise<void> | undefined;
  const stop = (signal: string) => {
    stopping ??= shutDown(signal);
  };
  const shutDown = async (signal: string) => {
    log('stopping', { signal });
    const { abandoned } = await server.drain();
    log('stopped', { abandoned }, abandoned > 0 ? 'warning' : 'info');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    const port = await server.listen();
    log('listening', { host: settings.host, port, pid: process.pid });
    const model = await loadModel(settings);
    server.modelLoaded(model);
    for (const { name, type } of model.info.unserved) {
      const why = `answers leave the output "${name}" out: it is of type ${type}`;
      log('output-not-served', { output: name, type, message: why }, 'warning');
    }
    log('model-loaded', { elapsedMs: Math.round(performance.now() - startedMs), ...model.info });
  } catch (error) {
    if (stopping) return;
    log('start-failed', { error: withRemedy(error) }, 'error');
    fail(withRemedy(error), 1);
  }
}

async function checkAndExit(modelDirectory: string): Promise<void> {
  try {
    await check(modelDirectory, settingsOrExit());
    // WebAssembly's runtime may keep the process alive.
    process.exit(0);
  } catch (error) {
    const next = error instanceof ModelProblem ? error.next : undefined;
    process.stdout.write(`${JSON.stringify({ problem: oneLine(error), next: next && oneLine(next) })}
`);
    fail(withRemedy(error), 1);
  }
}

function withRemedy(error: unknown): string {
  const next = error instanceof ModelProblem ? error.next : undefined;
  return oneLine(next === undefined ? error : `${(error as Error).message}; ${next}`);
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    fail(oneLine(error), 2);
  }
}

function fail(message: string, exitCode: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}
