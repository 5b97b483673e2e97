import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { ensurePythonEnvironment } from '../setup/python-environment.ts';

/** moto, somebody else's AWS in one process: empty when it starts, forgotten when it stops. */
export interface Moto {
  url: string;
  /** What makes any SDK or AWS command line talk to it, and to nothing else. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts moto on a free port of the loopback interface.
 * @throws Error with its output if it does not listen within half a minute
 */
export async function startMoto(): Promise<Moto> {
  const { python } = ensurePythonEnvironment();
  const child = spawn(join(dirname(python), 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    env: { ...withoutAwsSettings(), PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // Unless stopped, it would outlive a test run that was interrupted.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  try {
    const url = await addressOf(child);
    return { url, environment: motoEnvironment(url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It chooses the port itself, says so on stderr, and logs each request there afterwards. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => {
      clearTimeout(deadline);
      reject(new Error(`moto_server ${why}: ${output.trim()}`));
    };
    const deadline = setTimeout(() => fail('does not listen after 30 s'), 30_000);
    child.once('error', (error) => fail(error.message));
    child.once('close', (exitCode) => fail(`ended with ${exitCode}`));
    child.stderr?.on('data', (chunk: Buffer) => {
      // Read on for ever, or its pipe would fill; kept only until the address is there.
      if (output.length < 10_000) output += chunk;
      const address = output.match(/Running on (http:\/\/127\.0\.0\.1:\d+)/)?.[1];
      if (!address) return;
      clearTimeout(deadline);
      resolve(address);
    });
  });
}

/** What makes any SDK or AWS command line talk to it, and to nothing else. */
export function motoEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    NO_PROXY: '*',
  };
}

export function withoutAwsSettings(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  return Object.fromEntries(inherited) as Record<string, string>;
}
