import { MlbenchError, userError } from '../../core/errors.ts';
import { optionGroup } from '../../core/options/definition.ts';
import type { Fields } from '../../core/options/fields.ts';
import { duration, latency, matching, nonEmpty, oneOf, url, wholeNumber } from '../../core/options/values.ts';
import { parseWorkers } from '../../load/agents/parse-workers.ts';
import { arrivalOptions, offeredOptions } from '../../offered/options.ts';
import { fineSendLagMs } from '../../record/judgement/checks.ts';
import { parseExpectation } from '../../record/judgement/expectation.ts';
import { endpointNameOption } from '../settings/endpoint-name-option.ts';

const loadGroup = optionGroup(offeredOptions.users.group);
const request = optionGroup('Where it goes, and what is sent:');
const run = optionGroup('The run:');

const tagList = (text: string) =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

const header = (text: string, name: string): [name: string, value: string] => {
  matching(
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:\s*.*$/,
    'a header',
    "write it like 'Authorization: Bearer abc'",
  )(text, name);
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')];
};

/** Read here, once, so that a typing mistake is refused before anything starts; judged by the run. */
const expectation = (text: string, name: string) => {
  try {
    return parseExpectation(text, name);
  } catch (error) {
    if (!(error instanceof MlbenchError) || error.message.includes(text)) throw error;
    // A part was refused; show the whole that it is a part of.
    const reason = error.message.replace(`${name}: `, '');
    throw userError(error.code, `${name} ${text}: ${reason}`, error.remedy, error);
  }
};

export const loadOfferedOptions = {
  ...offeredOptions,
  warmup: loadGroup.value('DURATION', 'leave the start out of the figures', duration(), {
    field: 'warmupMs',
    default: '0s',
  }),
  seed: loadGroup.value(
    'N',
    'repeat the random choices of another run',
    wholeNumber(0, 4_294_967_295, 'numbers'),
  ),
};

const ways = {
  via: request.value('runtime|api', 'InvokeEndpoint, or the /evaluate REST API', oneOf(['runtime', 'api']), {
    default: 'runtime',
  }),
};

const elsewhere = {
  url: request.value(
    'URL',
    'any URL instead, unsigned; needs no experiment; user:password@ for basic authentication',
    url(),
    { positional: true },
  ),
  endpointName: endpointNameOption(
    'Where it goes, and what is sent:',
    'any endpoint; needs no experiment',
    "the experiment's",
  ),
  method: request.value(
    'METHOD',
    'with --url',
    matching(/^[A-Z]+$/, 'an HTTP method', 'write it like GET, POST or PUT'),
    {
      shownDefault: 'POST with a body, else GET',
      short: 'X',
      alsoShort: [{ letter: 'm' }],
    },
  ),
  header: request.list('NAME:VALUE', 'sent with every request; may be repeated', header, {
    field: 'headers',
    short: 'H',
  }),
};

const requests = {
  body: request.value('TEXT|@FILE', 'what each request carries', (text) => text, {
    shownDefault: 'a sample request; none with --url',
    short: 'd',
  }),
  data: request.value(
    'FILE',
    'many bodies: a line each of .jsonl, byte for byte, or a row each of .csv, as a JSON object by its header',
    nonEmpty('a file'),
    { field: 'dataFile' },
  ),
  dataOrder: request.value('sequence|random', 'how bodies are chosen', oneOf(['sequence', 'random']), {
    shownDefault: 'sequence; random with --data-weights',
  }),
  dataWeights: request.value('FILE', 'a weight a line, one for each body of --data', nonEmpty('a file')),
  scenario: request.value(
    'FILE',
    'what users do, written in TypeScript: several requests, checks, state (see docs/load.md)',
    nonEmpty('a file'),
    { field: 'scenarioFile' },
  ),
  tags: request.value('TAG,…', 'with --scenario: only flows with one of these tags', tagList),
  excludeTags: request.value('TAG,…', 'with --scenario: no flow with one of these tags', tagList),
  transport: request.value(
    'raw|undici',
    'raw: HTTP/1.1, the fastest; undici: HTTP/2 where the server offers it, and proxies',
    oneOf(['raw', 'undici']),
    { default: 'raw' },
  ),
  proxy: request.value('URL', 'with --transport undici', url(), { shownDefault: 'HTTPS_PROXY, HTTP_PROXY' }),
  keepAlive: request.negatable('a connection for each request, with connection: close; over HTTP/1.1'),
  userAgent: request.value('TEXT', 'sent as user-agent', nonEmpty('a user agent'), {
    shownDefault: 'mlbench/VERSION',
  }),
  maxRedirects: request.value(
    'N',
    'follow so many redirects of a request in a row',
    wholeNumber(0, 100, 'redirects'),
    {
      default: '0',
    },
  ),
  insecure: request.switch('over TLS: check no certificate'),
  cacert: request.value('FILE', 'over TLS: the authorities to trust, PEM', nonEmpty('a file'), {
    field: 'caFile',
    shownDefault: "Node's, NODE_EXTRA_CA_CERTS",
  }),
  cert: request.value('FILE', 'over TLS: the certificate to show, PEM', nonEmpty('a file'), {
    field: 'certFile',
  }),
  key: request.value('FILE', 'its key, PEM; MLBENCH_KEY_PASSPHRASE opens it', nonEmpty('a file'), {
    field: 'keyFile',
    shownDefault: 'in the file of --cert',
  }),
  contentType: request.value('TYPE', 'type of the body', nonEmpty('a media type'), {
    shownDefault: "by the file's name, else application/json",
  }),
  accept: request.value('TYPE', 'type of the answer', nonEmpty('a media type'), {
    default: 'application/json',
  }),
};

export const loadRequestOptions = { ...ways, ...elsewhere, ...requests };

/** Of a load of the experiment itself, such as the one of `run`. */
export const ownRequestOptions = { ...ways, ...requests };

export const loadRunOptions = {
  expect: run.list(
    'EXPRESSION',
    "'p99<200ms', 'errors<1%'; missed: exit code 4; may be repeated",
    expectation,
    { field: 'expectations' },
  ),
  workers: run.value('N|auto', 'threads that send', parseWorkers, { default: 'auto' }),
  connections: arrivalOptions.connections,
  maxSendLag: run.value(
    'DURATION',
    'the run is INVALID if the p99 of the send lag is longer',
    latency(0.001),
    {
      field: 'maxSendLagMs',
      shownDefault: `${fineSendLagMs}ms, or 10 % of the response p99`,
    },
  ),
  precise: arrivalOptions.precise,
  timeout: run.value('DURATION', 'a request unanswered for so long has failed', duration(1), {
    field: 'timeoutMs',
    default: '70s',
  }),
  keepGoing: run.switch('go on although the first answers say that there is nothing to load'),
  stopTimeout: run.value('DURATION', 'what requests in flight get at the end', duration(), {
    field: 'stopTimeoutMs',
    default: '10s',
  }),
  csv: run.value('PREFIX', "locust's CSV files: PREFIX_stats.csv and so on", nonEmpty('a prefix'), {
    field: 'csvPrefix',
  }),
  out: run.value('DIR', 'where result.json, report.html and the rest go', nonEmpty('a folder'), {
    field: 'outDir',
    shownDefault: 'STATE/runs/RUN',
  }),
};

export const loadOptions = { ...loadOfferedOptions, ...loadRequestOptions, ...loadRunOptions };

/**
 * What `load` takes. Left out: not given. With `url` or `endpointName` it needs no experiment and no ledger.
 */
export type LoadOptions = Fields<typeof loadOptions>;
