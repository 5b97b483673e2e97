import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

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
  const { bin } = ensure({
    folder: join(root, '.venv'),
    requirements: join(root, 'test', 'conformance', 'requirements.txt'),
    interpreter: 'python3',
    venvOptions: [],
    pipOptions: [],
    imports: ['boto3'],
    remedy: 'install Python 3 with venv: apt-get install python3 python3-venv',
  });
  return { python: join(bin, 'python'), aws: join(bin, 'aws') };
}

/**
 * What models are exported with, in `.venv-models/`: at the versions of its requirements, over Debian's PyTorch.
 * @throws Error with what went wrong and what to install: the models are never skipped.
 */
export function ensureModelEnvironment(): { python: string } {
  const { bin } = ensure({
    folder: join(root, '.venv-models'),
    requirements: join(root, 'test', 'models', 'requirements.txt'),
    // Debian's own: another Python in the path would not see Debian's packages.
    interpreter: '/usr/bin/python3',
    venvOptions: ['--system-site-packages'],
    pipOptions: ['--no-deps'],
    imports: ['torch', 'skl2onnx', 'onnxmltools', 'lightgbm', 'xgboost', 'onnx_ir'],
    remedy:
      'install Debian’s Python 3 with venv and PyTorch: apt-get install python3 python3-venv python3-torch',
  });
  return { python: join(bin, 'python') };
}

interface Wanted {
  folder: string;
  requirements: string;
  interpreter: string;
  venvOptions: string[];
  pipOptions: string[];
  /** Modules that are there if the installation is whole. */
  imports: string[];
  remedy: string;
}

function ensure(wanted: Wanted): { bin: string } {
  const { folder, requirements, interpreter, venvOptions, pipOptions, remedy } = wanted;
  const bin = join(folder, 'bin');
  const python = join(bin, 'python');
  /** Written last, so that an installation cut short is made again. */
  const marker = join(folder, 'requirements.sha256');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  // The Python that the folder links to may have been replaced since.
  const imports = ['-c', `import ${wanted.imports.join(', ')}`];
  const isThere = existsSync(marker) && readFileSync(marker, 'utf8') === hash;
  if (isThere && spawnSync(python, imports).status === 0) return { bin };
  rmSync(folder, { recursive: true, force: true });
  run(interpreter, ['-m', 'venv', ...venvOptions, folder], remedy);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pipOptions];
  run(
    python,
    [...install, '--requirement', requirements],
    'pip must reach a package index: PyPI, or the one that PIP_INDEX_URL names',
  );
  run(python, imports, remedy);
  writeFileSync(marker, hash);
  return { bin };
}

function run(command: string, args: string[], remedy: string): void {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
  if (result.status === 0) return;
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  throw new Error(`${command} ${args.join(' ')} failed: ${reason}\n${remedy}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensurePythonEnvironment();
