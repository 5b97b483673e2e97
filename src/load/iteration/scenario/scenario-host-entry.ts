import { parentPort, workerData } from 'node:worker_threads';
import { MlbenchError } from '../../../core/errors.ts';
import type { ScenarioRun } from '../define-scenario.ts';
import { loadScenario, scenarioError } from './load-scenario.ts';
import type { FromHost, HostAssignment, ToHost } from './scenario-host.ts';

/** The thread that runs a scenario's set-up and tear-down, once a run, apart from the threads that load. */
const port = parentPort;
if (port === null) throw new Error('scenario-host.js runs as a worker thread');
const { located, run } = workerData as HostAssignment & { run: ScenarioRun };
const tell = (message: FromHost) => port.postMessage(message);
const refuse = (error: unknown, doing = '') => {
  const known = error instanceof MlbenchError ? error : scenarioError(located.file, error, doing);
  tell({ type: 'refused', code: known.code, message: known.message, remedy: known.remedy });
};

try {
  const scenario = await loadScenario(located);
  let data: unknown;
  port.on('message', async (message: ToHost) => {
    try {
      if (message.type === 'setup') {
        data = await scenario.setup?.(run);
        tell({ type: 'set-up', data });
      } else {
        await scenario.teardown?.(data, run);
        tell({ type: 'torn-down' });
      }
    } catch (error) {
      refuse(error, `${message.type}: `);
    }
  });
  tell({ type: 'described', wait: scenario.chosenWait, modules: scenario.modules });
} catch (error) {
  refuse(error);
}
