import { describe, expect, it } from 'vitest';
import { given, resolveSettings, type SettingSources } from '../../../src/cli/options/settings.ts';
import { optionGroup } from '../../../src/core/options/definition.ts';
import { wholeNumber } from '../../../src/core/options/values.ts';

const group = optionGroup('Options:');
const definitions = {
  users: group.value('N', 'users', wholeNumber(1, 100, 'users')),
  scaleOutCooldown: group.value('S', 'wait', (text) => text),
  expect: group.list('E', 'expectation', (text) => text),
  json: group.switch('data'),
  api: group.negatable('no API'),
  config: group.value('FILE', 'settings', (text) => text, { flagOnly: true }),
};

const resolve = (sources: Partial<SettingSources>) =>
  resolveSettings(definitions, {
    flags: {},
    environment: {},
    config: {},
    configFile: 'mlbench.config.json',
    ...sources,
  });

describe('precedence', () => {
  const flags = { users: ['1'] };
  const environment = { MLBENCH_USERS: '2' };
  const config = { users: ['3'] };

  it('a flag beats the environment, which beats the config file, which beats the default', () => {
    expect(resolve({ flags, environment, config }).users).toBe(1);
    expect(resolve({ environment, config }).users).toBe(2);
    expect(resolve({ config }).users).toBe(3);
    expect(resolve({}).users).toBeUndefined();
  });

  it('an empty variable says nothing', () => {
    expect(resolve({ environment: { MLBENCH_USERS: '' }, config }).users).toBe(3);
  });

  it('a bad value that is overruled does no harm', () => {
    expect(resolve({ flags, environment: { MLBENCH_USERS: 'many' } }).users).toBe(1);
  });
});

describe('names', () => {
  it('camelCase keys are variables in capitals', () => {
    expect(resolve({ environment: { MLBENCH_SCALE_OUT_COOLDOWN: '60s' } }).scaleOutCooldown).toBe('60s');
  });

  it('a message names the place of the bad value', () => {
    expect(() => resolve({ flags: { users: ['0'] } })).toThrow('--users: 0 is out of range');
    expect(() => resolve({ environment: { MLBENCH_USERS: '0' } })).toThrow(
      'MLBENCH_USERS: 0 is out of range',
    );
    expect(() => resolve({ config: { users: ['0'] } })).toThrow(
      '"users" in mlbench.config.json: 0 is out of range',
    );
  });

  it('a flag-only option is neither a variable nor a key', () => {
    expect(
      resolve({ environment: { MLBENCH_CONFIG: 'x' }, config: { config: ['y'] } }).config,
    ).toBeUndefined();
  });
});

describe('kinds', () => {
  it('lists keep all, values the last', () => {
    expect(resolve({ flags: { expect: ['p99<1s', 'errors<1%'] } }).expect).toEqual(['p99<1s', 'errors<1%']);
    expect(resolve({ flags: { users: ['5', '6'] } }).users).toBe(6);
  });

  it('a list in a variable is separated by commas', () => {
    expect(resolve({ environment: { MLBENCH_EXPECT: 'p99<1s, errors<1%' } }).expect).toEqual([
      'p99<1s',
      'errors<1%',
    ]);
  });

  it.each([
    [{ flags: { api: ['false'] } }, false],
    [{ environment: { MLBENCH_NO_API: '1' } }, false],
    [{ environment: { MLBENCH_API: 'false' } }, false],
    [{ config: { api: ['false'] } }, false],
    [{ config: { noApi: ['true'] } }, false],
    [{ config: { noApi: ['true'] }, flags: { api: ['true'] } }, true],
    [{}, undefined],
  ])('a negatable option: %j', (sources, expected) => {
    expect(resolve(sources).api).toBe(expected);
  });

  it('a config file may not say both', () => {
    expect(() => resolve({ config: { api: ['true'], noApi: ['true'] } })).toThrow(
      'sets both "api" and "noApi"',
    );
  });
});

it('given leaves out what is undefined and keeps false, zero and null', () => {
  expect(given({ a: undefined, b: false, c: 0, d: null })).toEqual({ b: false, c: 0, d: null });
});
