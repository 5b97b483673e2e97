import { optionGroup } from '../core/options/definition.ts';
import { type Fields, fieldNames, resolveFields } from '../core/options/fields.ts';
import { duration, nonEmpty, number, oneOf, wholeNumber } from '../core/options/values.ts';
import { mostRateRps, mostUsers } from './levels/bounds.ts';
import { parseRamp } from './ramp.ts';
import { parseStages } from './stages.ts';
import { parseWait, waitExamples } from './waits/waits.ts';

const loadGroup = optionGroup(
  'Offered load (users wait for answers; arrivals come at a rate that does not depend on the answers):',
);
const run = optionGroup('The run:');

/** What says which load is offered: the same for every verb that takes a load. */
export const offeredOptions = {
  users: loadGroup.value('N', 'closed model: virtual users', wholeNumber(1, mostUsers, 'users'), {
    default: '50',
    short: 'u',
    alsoShort: [{ letter: 'c', sets: { wait: 'none' } }],
  }),
  ramp: loadGroup.value(
    'R|DURATION',
    '10: start 10 users a second; 30s: spread the start over 30 seconds',
    parseRamp,
    {
      shownDefault: 'a tenth of the duration, at most 30s',
      short: 'r',
    },
  ),
  wait: loadGroup.value('WAIT', `pause of a user: ${waitExamples}`, parseWait, { default: 'pacing:1s' }),
  // 0 is a start for stages alone.
  rate: loadGroup.value('R', 'open model: arrivals a second', number(0, mostRateRps, 'arrivals per second'), {
    field: 'rateRps',
    shownDefault: 'none; users are used',
    short: 'q',
  }),
  arrivals: loadGroup.value(
    'constant|poisson',
    'open model: evenly spaced, or random with the same rate',
    oneOf(['constant', 'poisson']),
    { default: 'constant' },
  ),
  stages: loadGroup.value(
    'DURATION:LEVEL,…',
    'go linearly to each level in turn: arrivals a second (from --rate, else 0), or users with --users',
    parseStages,
  ),
  trace: loadGroup.value('FILE', 'an arrival at each timestamp of a file', nonEmpty('a file'), {
    field: 'traceFile',
  }),
  duration: loadGroup.value('DURATION', 'how long (wall time)', duration(1), {
    field: 'durationMs',
    default: '5m',
    short: 't',
    alsoShort: [{ letter: 'z' }],
  }),
  requests: loadGroup.value(
    'N',
    'send exactly so many requests, shared by the users; without --duration, for as long as that takes',
    wholeNumber(1, 1_000_000_000, 'requests'),
    {
      field: 'maxRequests',
      short: 'n',
    },
  ),
};

/** How arrivals are sent; nothing of users. */
export const arrivalOptions = {
  connections: run.value(
    'N',
    'open model: at most so many connections; further requests wait for one',
    wholeNumber(1, 60_000, 'connections'),
    { default: '4096' },
  ),
  precise: run.switch(
    'open model: poll the clock before each arrival instead of relying on a timer; takes a core per worker',
  ),
};

/** What flags say about the load, parsed. Left out: not given. */
export type LoadFlags = Fields<typeof offeredOptions & typeof arrivalOptions>;

export type LoadFlag = keyof LoadFlags;

/** As they are written on the command line, without the dashes. */
export const flagNames: Record<LoadFlag, string> = fieldNames({ ...offeredOptions, ...arrivalOptions });

/** What of other models has no place beside a flag. */
export interface OutOfPlace {
  flags: readonly LoadFlag[];
  why: string;
  remedy?: string;
}

/** What is taken where no flag says it. */
export const offeredDefaults = resolveFields(offeredOptions);
