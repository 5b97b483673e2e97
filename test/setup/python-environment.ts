import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.venv');
const requirements = join(root, 'test', 'conformance', 'requirements.txt');
/** Written last, so that an installation cut short is made again. */
const marker = join(folder, 'requirements.sha256');

export interface PythonEnvironment {
  python: string;
  /** The AWS CLI. */
  aws: string;
}

/**
 * boto3 and the AWS CLI in `.venv/`, at the versions of `requirements.txt`; does nothing if they are there already.
 * @throws Error with what went wrong and what to install: conformance is never skipped.
 */
export function ensurePythonEnvironment(): PythonEnvironment {
  const environment = { python: join(folder, 'bin', 'python'), aws: join(folder, 'bin', 'aws') };
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (isReady(environment, wanted)) return environment;
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], 'install Python 3 with venv: apt-get install python3 python3-venv');
  run(
    environment.python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements],
    'pip must reach a package index: PyPI, or the one that PIP_INDEX_URL names',
  );
  writeFileSync(marker, wanted);
  return environment;
}

function isReady(environment: PythonEnvironment, wanted: string): boolean {
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) return false;
  // The Python that the folder links to may have been replaced since.
  return spawnSync(environment.python, ['-c', 'import boto3']).status === 0 && existsSync(environment.aws);
}

function run(command: string, args: string[], remedy: string): void {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
  if (result.status === 0) return;
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  throw new Error(`${command} ${args.join(' ')} failed: ${reason}\n${remedy}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensurePythonEnvironment();
