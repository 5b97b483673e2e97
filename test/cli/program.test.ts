import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/program.ts';

const help = async (...args: string[]) => {
  const commandLine = await readCommandLine([...args, '--help']);
  if (commandLine.kind !== 'text') throw new Error('no text');
  return commandLine.text;
};

const verbs = [
  [],
  ['run'],
  ['up'],
  ['load'],
  ['watch-scaling'],
  ['down'],
  ['status'],
  ['invoke'],
  ['logs'],
  ['doctor'],
  ['local'],
  ['local', 'start'],
  ['local', 'stop'],
];

describe('help', () => {
  it.each(verbs.map((verb) => [verb]))('of %j fits 100 columns and shows examples', async (verb) => {
    const text = await help(...verb);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toMatch(/^Usage: mlbench/);
    expect(text).toContain('Common options:');
    if (verb.join() !== 'local') expect(text).toContain('Examples:\n  mlbench');
  });

  it('names only verbs and flags that are built', async () => {
    const text = await help();
    for (const verb of ['tune', 'compare']) expect(text).not.toContain(verb);
    expect(await help('load')).not.toMatch(/--agents|--on\b/);
    expect(await help('run')).not.toMatch(/--plan/);
  });

  it('hides the options that undo a negation', async () => {
    const text = await help('up');
    expect(text).toContain('--no-api');
    expect(text).not.toMatch(/ --api\s/);
  });

  it('is the same by `help VERB`', async () => {
    expect(await readCommandLine(['help', 'load'])).toEqual({ kind: 'text', text: await help('load') });
  });

  it.each([[[]], [['local']], [['local', 'start']], [['local', 'stop']]])(
    'is the same by `help` before any verb: %j',
    async (verb) => {
      const text = await help(...verb);
      expect(text).toContain(['Usage: mlbench', ...verb].join(' '));
      expect(await readCommandLine(['help', ...verb])).toEqual({ kind: 'text', text });
    },
  );

  it.each([
    [['nonsense'], "there is no help on 'nonsense'", 'mlbench --help'],
    [['local', 'strat'], "there is no help on 'strat'", 'did you mean start?'],
    [['up', 'start'], "there is no help on 'start'", 'mlbench --help'],
  ])('on what is no verb is refused: help %j', async (words, message, remedy) => {
    await expect(readCommandLine(['help', ...words])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe('the command line', () => {
  it('gives the verb and what was typed', async () => {
    const commandLine = await readCommandLine([
      ...['load', '-u', '5', '--json', '--expect', 'p99<1s', '--expect=errors<1%', '--name', 'up'],
    ]);
    expect(commandLine).toMatchObject({
      kind: 'verb',
      flags: { users: ['5'], json: ['true'], expect: ['p99<1s', 'errors<1%'], name: ['up'] },
    });
  });

  it('takes common options before the verb too', async () => {
    expect(await readCommandLine(['--json', '--name', 'x', 'local', 'start', '--port', '0'])).toMatchObject({
      flags: { json: ['true'], name: ['x'], port: ['0'] },
    });
  });

  it('knows a negation from its contrary', async () => {
    expect(await readCommandLine(['up', '--no-api'])).toMatchObject({ flags: { api: ['false'] } });
    expect(await readCommandLine(['up', '--api'])).toMatchObject({ flags: { api: ['true'] } });
    expect(await readCommandLine(['up'])).toMatchObject({ flags: {} });
  });

  it('leaves values that look like flags to their option', async () => {
    expect(await readCommandLine(['load', '--users', '-5'])).toMatchObject({ flags: { users: ['-5'] } });
  });

  it.each([
    [['lod'], "unknown command 'lod'", 'did you mean load?'],
    [['tune'], "unknown command 'tune'", /mlbench --help/],
    [['local', 'strt'], "unknown command 'strt'", 'did you mean start?'],
    [['local'], 'mlbench local needs to know what to do', 'add start or stop'],
    [[], 'no command given', /mlbench --help/],
    [['load', '--userz', '5'], "unknown option '--userz'", 'did you mean --users?'],
    [['run', '--plan'], "unknown option '--plan'", /mlbench run --help|did you mean/],
    [['up', '--no-such-flag'], "unknown option '--no-such-flag'", /mlbench up --help/],
    [['load', '--users'], /--users <N>' argument missing/, /mlbench load --help/],
    [['down', 'now'], /too many arguments for 'down'/, /mlbench down --help/],
  ])('%j is refused', async (args, message, remedy) => {
    const matching = (expected: string | RegExp) =>
      typeof expected === 'string' ? expected : expect.stringMatching(expected);
    await expect(readCommandLine(args)).rejects.toMatchObject({
      message: matching(message),
      remedy: matching(remedy),
      exitCode: 2,
    });
  });
});
