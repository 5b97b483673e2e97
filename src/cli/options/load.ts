import { hideUserinfo, MlbenchError, userError } from '../../core/errors.ts';
import { optionGroup, type Settings } from '../../core/options/definition.ts';
import { duration, matching, nonEmpty, number, oneOf, url, wholeNumber } from '../../core/options/values.ts';
import type { LoadOptions } from '../../experiment/load/load-options.ts';
import { parseWorkers } from '../../load/agents/parse-workers.ts';
import { refuseMixedLoads } from '../../offered/from-flags.ts';
import { mostRateRps, mostUsers } from '../../offered/levels/bounds.ts';
import { parseRamp } from '../../offered/ramp.ts';
import { parseStages } from '../../offered/stages.ts';
import { parseWait, waitExamples } from '../../offered/waits/waits.ts';
import { parseExpectation } from '../../record/judgement/expectation.ts';
import { given } from './settings.ts';
import { endpointNameOption } from './up.ts';

const profile = optionGroup(
  'Offered load (users who wait for answers, or requests arriving at a rate whatever the answers):',
);
const request = optionGroup('Where it goes, and what is sent:');
const run = optionGroup('The run:');

const tagList = (text: string) =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

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

export const loadProfileOptions = {
  users: profile.value('N', 'closed model: virtual users', wholeNumber(1, mostUsers, 'users'), {
    shownDefault: '50',
    short: 'u',
  }),
  ramp: profile.value('R|DURATION', 'users started a second, or a time to spread the start over', parseRamp, {
    shownDefault: 'a tenth of the duration, at most 30s',
    short: 'r',
  }),
  wait: profile.value('WAIT', `pause of a user: ${waitExamples}`, parseWait, { shownDefault: 'pacing:1s' }),
  // 0 is a start for stages alone.
  rate: profile.value('R', 'open model: arrivals a second', number(0, mostRateRps, 'arrivals per second'), {
    shownDefault: 'users instead',
  }),
  arrivals: profile.value(
    'constant|poisson',
    'open model: evenly spaced, or random with the same rate',
    oneOf(['constant', 'poisson']),
    { shownDefault: 'constant' },
  ),
  stages: profile.value(
    'DURATION:LEVEL,…',
    'go linearly to each level in turn: arrivals a second (from --rate, else 0), or users with --users',
    parseStages,
  ),
  trace: profile.value('FILE', 'an arrival at each timestamp of a file', nonEmpty('a file')),
  duration: profile.value('DURATION', 'how long (wall time)', duration(1), {
    shownDefault: '5m',
    short: 't',
  }),
  requests: profile.value('N', 'send exactly so many requests', wholeNumber(1, 1_000_000_000, 'requests')),
  warmup: profile.value('DURATION', 'leave the start out of the figures', duration(), { shownDefault: '0s' }),
  seed: profile.value(
    'N',
    'repeat the random choices of another run',
    wholeNumber(0, 4_294_967_295, 'as a seed'),
  ),
};

export const loadRequestOptions = {
  via: request.value('runtime|api', 'InvokeEndpoint, or the /evaluate REST API', oneOf(['runtime', 'api']), {
    shownDefault: 'runtime',
  }),
  url: request.value('URL', 'any URL instead, unsigned; needs no experiment', url()),
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
    },
  ),
  header: request.list(
    'NAME:VALUE',
    'sent with every request; may be repeated',
    matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:\s*.*$/, 'a header', "write it like 'Authorization: Bearer abc'"),
  ),
  body: request.value('TEXT|@FILE', 'what each request carries', (text) => text, {
    shownDefault: 'a sample request; none with --url',
  }),
  data: request.value(
    'FILE',
    'many bodies: a line each of .jsonl, byte for byte, or a row each of .csv, as a JSON object by its header',
    nonEmpty('a file'),
  ),
  dataOrder: request.value('sequence|random', 'how bodies are chosen', oneOf(['sequence', 'random']), {
    shownDefault: 'sequence; random with --data-weights',
  }),
  dataWeights: request.value('FILE', 'a weight a line, one for each body of --data', nonEmpty('a file')),
  scenario: request.value(
    'FILE',
    'what users do, written in TypeScript: several requests, checks, state (see docs/load.md)',
    nonEmpty('a file'),
  ),
  tags: request.value('TAG,…', 'with --scenario: only flows with one of these', tagList),
  excludeTags: request.value('TAG,…', 'with --scenario: no flow with one of these', tagList),
  transport: request.value(
    'raw|undici',
    'raw: HTTP/1.1, the fastest; undici: HTTP/2 where it is offered, and proxies',
    oneOf(['raw', 'undici']),
    { shownDefault: 'raw' },
  ),
  proxy: request.value('URL', 'with --transport undici', url(), { shownDefault: 'HTTPS_PROXY, HTTP_PROXY' }),
  contentType: request.value('TYPE', 'type of the body', nonEmpty('a media type'), {
    shownDefault: "by the file's name, else application/json",
  }),
  accept: request.value('TYPE', 'type of the answer', nonEmpty('a media type'), {
    shownDefault: 'application/json',
  }),
};

export const loadRunOptions = {
  expect: run.list(
    'EXPRESSION',
    "'p99<200ms', 'errors<1%'; missed: exit code 4; may be repeated",
    expectation,
  ),
  workers: run.value('N|auto', 'threads that send', parseWorkers, { shownDefault: 'auto' }),
  connections: run.value(
    'N',
    'open model: most connections at a time; beyond it a request waits',
    wholeNumber(1, 60_000, 'connections'),
    { shownDefault: '4096' },
  ),
  maxSendLag: run.value('DURATION', 'a send lag whose p99 is longer makes the run INVALID', duration(0.001), {
    shownDefault: '5ms, or 10 % of the response p99',
  }),
  precise: run.switch(
    'open model: poll for each instant instead of trusting a timer; takes a core per worker',
  ),
  timeout: run.value('DURATION', 'a request unanswered for so long has failed', duration(1), {
    shownDefault: '70s',
  }),
  stopTimeout: run.value('DURATION', 'what requests in flight get at the end', duration(), {
    shownDefault: '10s',
  }),
  csv: run.value('PREFIX', "locust's CSV files: PREFIX_stats.csv and so on", nonEmpty('a prefix')),
  out: run.value('DIR', 'where result.json, report.html and the rest go', nonEmpty('a folder'), {
    shownDefault: 'STATE/runs/RUN',
  }),
};

export const loadOptions = { ...loadProfileOptions, ...loadRequestOptions, ...loadRunOptions };

/** The flags, as the command takes them. */
export function toLoadOptions(settings: Partial<Settings<typeof loadOptions>>): LoadOptions {
  refuseContradictions(settings);
  const options: LoadOptions = given({
    users: settings.users,
    ramp: settings.ramp,
    wait: settings.wait,
    rateRps: settings.rate,
    arrivals: settings.arrivals,
    stages: settings.stages,
    traceFile: settings.trace,
    durationMs: settings.duration,
    maxRequests: settings.requests,
    warmupMs: settings.warmup,
    seed: settings.seed,
    via: settings.via,
    url: settings.url,
    endpointName: settings.endpointName,
    method: settings.method,
    headers: settings.header && Object.fromEntries(settings.header.map(splitHeader)),
    body: settings.body,
    dataFile: settings.data,
    dataOrder: settings.dataOrder,
    dataWeights: settings.dataWeights,
    scenarioFile: settings.scenario,
    tags: settings.tags,
    excludeTags: settings.excludeTags,
    transport: settings.transport,
    proxy: settings.proxy,
    contentType: settings.contentType,
    accept: settings.accept,
    expectations: settings.expect,
    workers: settings.workers,
    connections: settings.connections,
    maxSendLagMs: settings.maxSendLag,
    precise: settings.precise,
    timeoutMs: settings.timeout,
    stopTimeoutMs: settings.stopTimeout,
    csvPrefix: settings.csv,
    outDir: settings.out,
  });
  refuseMixedLoads(options);
  return options;
}

function refuseContradictions(settings: Partial<Settings<typeof loadOptions>>): void {
  if (settings.url !== undefined && settings.endpointName !== undefined) {
    throw userError(
      'contradiction',
      `--url ${hideUserinfo(settings.url)} and --endpoint-name ${settings.endpointName} name two targets`,
      'keep one of them',
    );
  }
  if (settings.body !== undefined && settings.data !== undefined) {
    throw userError(
      'contradiction',
      `--body and --data ${settings.data} both say what to send`,
      'keep one of them',
    );
  }
  if (settings.url !== undefined && settings.via !== undefined) {
    throw userError(
      'contradiction',
      `--via ${settings.via} says nothing about --url`,
      'leave out --via or --url',
    );
  }
  for (const [flag, value] of [['--method', settings.method]] as const) {
    if (value === undefined || settings.url !== undefined) continue;
    throw userError(
      'contradiction',
      `${flag} ${value} has a meaning with --url alone`,
      `add --url, or leave out ${flag}`,
    );
  }
  if (
    settings.warmup !== undefined &&
    settings.duration !== undefined &&
    settings.warmup >= settings.duration
  ) {
    throw userError(
      'bad-warmup',
      `--warmup of ${settings.warmup / 1_000}s leaves nothing of --duration ${settings.duration / 1_000}s`,
      'make --warmup shorter than --duration',
    );
  }
}

function splitHeader(header: string): [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}
