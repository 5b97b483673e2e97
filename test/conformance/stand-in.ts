import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Workplace } from '../e2e/command-line.ts';
import { ensurePythonEnvironment } from '../setup/python-environment.ts';
import { type Ended, watch } from '../support/ended.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const modelArchive = join(root, 'model', 'model.tar.gz');
export const sampleRequest = join(root, 'model', 'sample-request.json');

/** A stand-in started by `mlbench local start`, and other people's programs to drive it with. */
export interface StandInUnderTest {
  url: string;
  /** A folder for the programs' files. */
  path(...parts: string[]): string;
  /** Runs `test/conformance/NAME` with boto3. */
  python(name: string, environment?: Record<string, string>): Promise<Ended>;
  /** Runs `aws ARGS` with JSON output. */
  aws(...args: string[]): Promise<Ended>;
  stop(): Promise<void>;
}

export async function startStandIn(...options: string[]): Promise<StandInUnderTest> {
  const { python, aws } = ensurePythonEnvironment();
  const workplace = new Workplace();
  try {
    const started = await workplace.mlbench('local', 'start', '--json', ...options);
    if (started.exitCode !== 0) throw new Error(`mlbench local start failed: ${started.stderr}`);
    const { url, environment: printed } = JSON.parse(started.stdout) as {
      url: string;
      environment: Record<string, string>;
    };
    const environment = environmentFor(printed, workplace.folder);
    return {
      url,
      path: (...parts) => workplace.path(...parts),
      python: (name, more = {}) =>
        finish(python, [join(root, 'test', 'conformance', name)], { ...environment, ...more }),
      aws: (...args) => finish(aws, args, environment),
      async stop() {
        const stopped = await workplace.mlbench('local', 'stop');
        const left = workplace.processes();
        await workplace.dispose();
        if (stopped.exitCode !== 0) throw new Error(`mlbench local stop failed: ${stopped.stderr}`);
        if (left.length > 0) throw new Error(`left behind: ${left.map(({ command }) => command).join('; ')}`);
      },
    };
  } catch (error) {
    await workplace.dispose();
    throw error;
  }
}

/**
 * Nothing of the machine's own AWS settings may leak into a test, nor a test into them. With the stand-in's own key, so
 * that each signature is verified to its end.
 */
function environmentFor(printed: Record<string, string>, folder: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    HOME: folder,
    ...printed,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_DEFAULT_OUTPUT: 'json',
    NO_PROXY: '*',
    PYTHONDONTWRITEBYTECODE: '1',
    MODEL_ARCHIVE: modelArchive,
    SAMPLE_REQUEST: sampleRequest,
  };
}

function finish(command: string, args: string[], env: Record<string, string>): Promise<Ended> {
  return watch(spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })).ended;
}
