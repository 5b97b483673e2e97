import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolFolder, versionFrom } from './commands.ts';
import { credentials, endlessSeconds, isSecure, type Job, type Launch, region, type Tool } from './tool.ts';

const environment = join(toolFolder, 'locust');
const program = join(environment, 'bin', 'locust');
const locustFile = fileURLToPath(new URL('../clients/locustfile.py', import.meta.url));

const install = [
  ['python3', '-m', 'venv', environment],
  [join(environment, 'bin', 'pip'), 'install', '-q', 'locust', 'boto3'],
];

/** Python, gevent, with locust's fastest HTTP client. */
export const locustFastHttp: Tool = {
  name: 'locust FastHttpUser',
  kinds: ['plain', 'tls'],
  mostConnections: 1_000,
  install,
  version: async () => (existsSync(program) ? versionFrom([program, '--version']) : undefined),
  launch: (job) => launch('FastUser', job),
};

/** Python, gevent, each user with a boto3 client of its own. */
export const locustBoto3: Tool = {
  name: 'locust + boto3',
  kinds: ['signed', 'signedTls'],
  mostConnections: 1_000,
  install,
  version: async () => {
    if (!existsSync(program)) return undefined;
    const boto3 = await versionFrom([
      join(environment, 'bin', 'python'),
      '-c',
      'import boto3; print(boto3.__version__)',
    ]);
    return `${await versionFrom([program, '--version'])} + ${boto3}`;
  },
  launch: (job) => launch('Boto3User', job),
};

function launch(user: string, { kind, url, connections, bodyFile, caFile }: Job): Launch {
  const users = String(connections);
  const shape = ['-u', users, '-r', users, '-t', `${endlessSeconds}s`, '--headless', '--only-summary'];
  return {
    command: [program, '-f', locustFile, ...shape, '--loglevel', 'ERROR', '--host', url.origin, user],
    env: {
      BENCH_PATH: url.pathname,
      BENCH_BODY_FILE: bodyFile,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_DEFAULT_REGION: region,
      ...(isSecure(kind) ? { AWS_CA_BUNDLE: caFile } : {}),
    },
  };
}
