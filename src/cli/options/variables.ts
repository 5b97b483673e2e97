import { negatedKeyOf, type OptionDefinitions, variableOf } from '../../core/options/definition.ts';
import { nearest } from '../../core/suggestion.ts';

/** An environment variable that sets no option, and whoever reads it. */
export interface OtherVariable {
  name: string;
  readBy: 'mlbench' | 'serving' | 'aws';
  meaning: string;
}

/** Those of `MLBENCH_…` that are no options, and those of others that are read. */
export const otherVariables: readonly OtherVariable[] = [
  {
    name: 'MLBENCH_KEY_PASSPHRASE',
    readBy: 'mlbench',
    meaning: 'opens the key of --key; nothing writes it anywhere',
  },
  {
    name: 'MLBENCH_CONTAINER_ENGINE',
    readBy: 'mlbench',
    meaning: 'docker, podman, finch, or the path of one, instead of the first that is found',
  },
  {
    name: 'MLBENCH_HANGUP',
    readBy: 'mlbench',
    meaning: 'set by the launcher: whether SIGHUP was ignored when mlbench started',
  },
  { name: 'NO_COLOR', readBy: 'mlbench', meaning: 'anything: no colours (https://no-color.org)' },
  { name: 'FORCE_COLOR', readBy: 'mlbench', meaning: 'colours in a pipe, too; 0: none' },
  { name: 'TERM', readBy: 'mlbench', meaning: 'dumb: plain lines instead of a live display' },
  {
    name: 'HTTPS_PROXY',
    readBy: 'mlbench',
    meaning: 'proxy of `load --transport undici` to https; lower case goes first',
  },
  { name: 'HTTP_PROXY', readBy: 'mlbench', meaning: 'the same, to http' },
  {
    name: 'NO_PROXY',
    readBy: 'mlbench',
    meaning: 'hosts, with commas between, that no proxy stands before; *: all',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    readBy: 'mlbench',
    meaning: 'authorities to trust besides those of Node, PEM',
  },
  { name: 'DOCKER_CONFIG', readBy: 'mlbench', meaning: 'folder of the container engine’s own settings' },
  { name: 'AWS_REGION', readBy: 'aws', meaning: 'region, where --region does not say it' },
  { name: 'AWS_DEFAULT_REGION', readBy: 'aws', meaning: 'the same, after AWS_REGION' },
  { name: 'AWS_PROFILE', readBy: 'aws', meaning: 'profile of the credentials file; --profile goes first' },
  {
    name: 'AWS_ACCESS_KEY_ID',
    readBy: 'aws',
    meaning: 'credentials, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
  },
  {
    name: 'AWS_ENDPOINT_URL',
    readBy: 'aws',
    meaning: 'with --endpoint-name: where the endpoint’s SageMaker is',
  },
  {
    name: 'AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME',
    readBy: 'aws',
    meaning: 'the same of the runtime alone; goes before AWS_ENDPOINT_URL',
  },
  { name: 'MLBENCH_BACKEND', readBy: 'serving', meaning: 'ONNX Runtime build: auto, native or wasm' },
  { name: 'MLBENCH_BIND_HOST', readBy: 'serving', meaning: 'address to listen on' },
  {
    name: 'MLBENCH_LOOPBACK_ONLY',
    readBy: 'serving',
    meaning: '1, set by the stand-in: web pages of other origins are refused',
  },
  { name: 'MLBENCH_INFERENCE_THREADS', readBy: 'serving', meaning: 'threads of one inference' },
  { name: 'MLBENCH_CONCURRENCY', readBy: 'serving', meaning: 'inferences at a time' },
  { name: 'MLBENCH_QUEUE', readBy: 'serving', meaning: 'requests that may wait' },
  { name: 'MLBENCH_MAX_BODY_BYTES', readBy: 'serving', meaning: 'largest body' },
  { name: 'MLBENCH_BODY_TIMEOUT_MS', readBy: 'serving', meaning: 'how long a body may take to come' },
  { name: 'MLBENCH_DRAIN_TIMEOUT_MS', readBy: 'serving', meaning: 'what requests get after SIGTERM' },
];

/** The variables that set options. */
function variablesOf(definitions: OptionDefinitions): string[] {
  return Object.entries(definitions).flatMap(([key, { flagOnly, kind }]) => {
    if (flagOnly) return [];
    return kind === 'negatable' ? [variableOf(key), variableOf(negatedKeyOf(key))] : [variableOf(key)];
  });
}

/** What is set and read by nothing: a typing mistake, or the setting of another version. */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
  definitions: OptionDefinitions,
): { name: string; near: string | undefined }[] {
  const known = [...variablesOf(definitions), ...otherVariables.map(({ name }) => name)];
  return strangers(environment, known).map((name) => ({
    name,
    near: nearest(
      name,
      known.filter((one) => one.startsWith(prefix)),
    ),
  }));
}

/** Whether it is worth to look at the options of all verbs. */
export function mayBeUnknown(
  environment: Readonly<Record<string, string | undefined>>,
  definitions: OptionDefinitions,
): boolean {
  const known = [...variablesOf(definitions), ...otherVariables.map(({ name }) => name)];
  return strangers(environment, known).length > 0;
}

function strangers(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    // An empty one sets nothing. Those of the tests are theirs.
    const concerns =
      name.startsWith(prefix) && value !== undefined && value !== '' && !/^MLBENCH_(TEST_|LIVE$)/.test(name);
    return concerns && !known.includes(name) ? [name] : [];
  });
}

const prefix = 'MLBENCH_';
