import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/cli/options/config-file.ts';
import { optionGroup } from '../../../src/core/options/definition.ts';

const group = optionGroup('Options:');
const definitions = {
  users: group.value('N', 'users', Number),
  expect: group.list('E', 'expectation', String),
  json: group.switch('data'),
  api: group.negatable('no API'),
  config: group.value('FILE', 'settings', String, { flagOnly: true }),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (content?: string, path?: string) => {
  if (content !== undefined) writeFileSync(join(folder, 'mlbench.config.json'), content);
  return readConfigFile(path, folder, async () => definitions);
};

describe('the config file', () => {
  it('may be missing, unless it was asked for', async () => {
    expect(await read()).toEqual({});
    await expect(read(undefined, 'other.json')).rejects.toMatchObject({
      message: '--config: there is no file other.json',
      exitCode: 2,
    });
  });

  it('gives each key’s value as if it were typed', async () => {
    const content = '{"$schema": "x", "users": 5, "expect": ["p99<1s"], "json": true, "noApi": true}';
    expect(await read(content)).toEqual({
      users: ['5'],
      expect: ['p99<1s'],
      json: ['true'],
      noApi: ['true'],
    });
    expect(await read('\uFEFF{"expect": "errors<1%", "users": "7"}')).toEqual({
      expect: ['errors<1%'],
      users: ['7'],
    });
  });

  it.each([
    ['{"usres": 5}', 'mlbench.config.json: unknown key "usres"', 'did you mean "users"?'],
    ['{"zzz": 5, "yyy": 1}', 'mlbench.config.json: unknown keys "zzz", "yyy"', /long flags in camelCase/],
    ['{"config": "x"}', 'mlbench.config.json: unknown key "config"', /./],
    ['{"users": true}', 'mlbench.config.json: "users" is true', 'give it text or a number'],
    ['{"json": "yes"}', 'mlbench.config.json: "json" is "yes"', 'give it true or false'],
    ['{"expect": {}}', 'mlbench.config.json: "expect" is {}', 'give it a list of texts'],
    ['{"users": 5,\n "users": 6}', 'mlbench.config.json:2:2 has "users" a second time', 'keep one of them'],
    ['{"expect": "a", "expect": "b"}', /has "expect" a second time/, 'keep one of them'],
    ['[]', 'mlbench.config.json does not hold an object', /write it like/],
    ['{"users": 5,,}', /^mlbench\.config\.json:1:13 is not JSON: /, /no trailing commas/],
    ['{\n  "users": 5\n  "json": true\n}', /^mlbench\.config\.json:3:3 is not JSON: /, /no trailing commas/],
    ['{"users": 5', /^mlbench\.config\.json:1:12 is not JSON: /, /no trailing commas/],
    ['', /^mlbench\.config\.json:1:1 is not JSON: /, /no trailing commas/],
  ])('%j is refused', async (content, message, remedy) => {
    const matching = (expected: string | RegExp) =>
      typeof expected === 'string' ? expected : expect.stringMatching(expected);
    await expect(read(content)).rejects.toMatchObject({
      message: matching(message),
      remedy: matching(remedy),
      exitCode: 2,
    });
  });

  it('that is a folder cannot be read', async () => {
    mkdirSync(join(folder, 'mlbench.config.json'));
    await expect(read()).rejects.toMatchObject({ code: 'config-unreadable', exitCode: 2 });
  });
});
