import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../src/cli/program.ts';
import { loadKnownVerbs } from '../../../src/cli/verbs/known-verbs.ts';
import { shortsOf } from '../../../src/core/options/definition.ts';

const flagsOf = async (...args: string[]) => {
  const commandLine = await readCommandLine(args);
  if (commandLine.kind !== 'verb') throw new Error('no verb');
  return commandLine.flags;
};

describe('the letters of hey, oha, curl and wrk', () => {
  it.each([
    [['-H', 'A: b', '-H', 'C: d'], { header: ['A: b', 'C: d'] }],
    [['-d', '{"a":1}'], { body: ['{"a":1}'] }],
    [['-d', '@request.json'], { body: ['@request.json'] }],
    [['-X', 'PUT'], { method: ['PUT'] }],
    [['-m', 'PUT'], { method: ['PUT'] }],
    [['-n', '1000'], { requests: ['1000'] }],
    [['-z', '30s'], { duration: ['30s'] }],
    [['-t', '30s'], { duration: ['30s'] }],
    [['-c', '50'], { users: ['50'], wait: ['none'] }],
    [['-q', '100'], { rate: ['100'] }],
    [['-u', '5', '-r', '1'], { users: ['5'], ramp: ['1'] }],
  ])('%j is read as its long flags', async (args, flags) => {
    expect(await flagsOf('load', ...args)).toEqual(flags);
    const attached = args.length === 2 ? [args.join('')] : args;
    expect(await flagsOf('load', ...attached)).toEqual(flags);
  });

  it('may come in any order, with the URL anywhere', async () => {
    const parts = [['-n', '10'], ['-c5'], ['-HName: v'], ['http://127.0.0.1/'], ['--timeout', '1s']];
    const wanted = {
      requests: ['10'],
      users: ['5'],
      wait: ['none'],
      header: ['Name: v'],
      url: ['http://127.0.0.1/'],
      timeout: ['1s'],
    };
    for (let turn = 0; turn < parts.length; turn++) {
      const order = [...parts.slice(turn), ...parts.slice(0, turn)].flat();
      expect(await flagsOf('load', ...order)).toEqual(wanted);
      expect(await flagsOf('load', ...[...parts].reverse().flat())).toEqual(wanted);
    }
  });

  it("take Go's equals sign, except in a body", async () => {
    expect(await flagsOf('load', '-n=10', '-z=5s', '-c=2')).toEqual({
      requests: ['10'],
      duration: ['5s'],
      users: ['2'],
      wait: ['none'],
    });
    expect(await flagsOf('load', '-d=x')).toEqual({ body: ['=x'] });
    expect(await flagsOf('load', '-H', '=x')).toEqual({ header: ['=x'] });
  });

  it('are of run, simulate and invoke as far as those have the flags', async () => {
    expect(await flagsOf('run', '-c', '5', '-n', '10', '-d', '{}')).toMatchObject({ users: ['5'] });
    expect(await flagsOf('simulate', '-q', '5', '-z', '30s')).toEqual({ rate: ['5'], duration: ['30s'] });
    expect(await flagsOf('invoke', '-d', '5')).toEqual({ body: ['5'] });
    await expect(readCommandLine(['simulate', '-n', '5'])).rejects.toMatchObject({ exitCode: 2 });
  });

  it('mean one option each, in every verb', async () => {
    for (const { name, options } of await loadKnownVerbs()) {
      const letters = Object.values(options).flatMap((definition) =>
        shortsOf(definition).map(({ letter }) => letter),
      );
      expect(new Set(['h', 'V', ...letters]).size, name).toBe(letters.length + 2);
    }
  });

  it('stand in the help, -c with what it says', async () => {
    const help = await readCommandLine(['load', '--help']);
    const text = help.kind === 'text' ? help.text.replace(/\s+/g, ' ') : '';
    for (const shown of [
      '-t, -z, --duration',
      '-X, -m, --method',
      '-H, --header',
      '-d, --body',
      '-n, --requests',
    ])
      expect(text).toContain(shown);
    expect(text).toContain('-c N: --users N --wait none');
    expect(text).toContain('-q, --rate');
    expect(text).toContain('Usage: mlbench load [options] mlbench load [options] URL ');
  });

  it.each([
    [['-t', '20'], 'no unit', '--timeout 20s'],
    [['-t20'], 'no unit', '--timeout 20s'],
    [['-t12', '-c400', '-d30s', 'http://127.0.0.1/'], 'a number of threads for wrk', '--workers 12'],
    [['-d', '30s'], 'looks like a duration', 'write -z 30s'],
    [['-d', '10'], 'looks like a duration', '--body 10'],
    [['-H', 'http://127.0.0.1/'], 'a header here', '--url'],
    [['-u', 'me:secret'], 'as of curl', 'https://user:password@host/'],
    [['-u', 'http://127.0.0.1/'], 'number of users', '--url'],
    [['-m', '20'], 'as of curl', '--timeout 20s'],
    [
      ['-c', '50', '-q', '100'],
      'different loads',
      '--rate 5000; as oha means it: --rate 100 --connections 50',
    ],
    [['-q', '100', '-c50'], "hey's -q is the rate of each worker", '--rate 100 --connections 50'],
  ])('%j is answered with what is meant by it here', async (args, why, remedy) => {
    await expect(readCommandLine(['load', ...args])).rejects.toMatchObject({
      message: expect.stringContaining(why),
      remedy: expect.stringContaining(remedy),
      exitCode: 2,
    });
  });

  it('takes behind the long flag what it refuses behind the letter', async () => {
    expect(await flagsOf('load', '--duration', '20', '--body', '30s')).toEqual({
      duration: ['20'],
      body: ['30s'],
    });
  });

  it('names no flag that the verb has not', async () => {
    await expect(readCommandLine(['simulate', '-t', '20'])).rejects.toMatchObject({
      remedy: expect.not.stringMatching(/--timeout|--workers/),
    });
  });

  it.each([
    [['-rate', '50'], "'-rate'", 'write --rate'],
    [['-rate=50'], "'-rate'", 'write --rate'],
    [['-duration=30s'], "'-duration'", 'write --duration'],
    [['-targets=x'], "'-targets'", '--url URL'],
    [['-workers', '4'], "'-workers'", 'write --workers'],
    [['-max-workers', '4'], "'-max-workers'", '--connections'],
  ])('%j has one dash too few', async (args, typed, remedy) => {
    await expect(readCommandLine(['load', ...args])).rejects.toMatchObject({
      message: expect.stringContaining(typed),
      remedy: expect.stringContaining(remedy),
    });
  });
});
