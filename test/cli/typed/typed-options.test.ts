import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../src/cli/program.ts';
import { loadKnownVerbs } from '../../../src/cli/verbs/known-verbs.ts';
import { flagOf, shortsOf } from '../../../src/core/options/definition.ts';

describe('an option that takes one value', async () => {
  const verbs = await loadKnownVerbs();
  const single = verbs.flatMap(({ name, options }) =>
    Object.entries(options)
      .filter(([, { kind }]) => kind === 'value')
      .map(([key, definition]) => ({ verb: name.split(' '), key, definition })),
  );

  it('is refused when it is typed twice, whichever it is, with both values', async () => {
    for (const { verb, key } of single) {
      const flag = `--${flagOf(key)}`;
      await expect(
        readCommandLine([...verb, flag, 'one', `${flag}=two`]),
        `${verb} ${flag}`,
      ).rejects.toMatchObject({
        code: 'given-twice',
        message: `${flag} is given twice: one and two`,
        exitCode: 2,
      });
    }
  });

  it('is refused when its letter and its flag are typed, in either order', async () => {
    const withLetters = single.flatMap((option) =>
      shortsOf(option.definition).map(({ letter }) => ({ ...option, form: `-${letter}` })),
    );
    expect(withLetters.length).toBeGreaterThan(10);
    for (const { verb, key, form } of withLetters) {
      const flag = `--${flagOf(key)}`;
      // Text that no letter of another tool is known by.
      for (const args of [
        [form, 'ab', flag, 'xy'],
        [flag, 'xy', `${form}ab`],
      ])
        await expect(readCommandLine([...verb, ...args]), args.join(' ')).rejects.toMatchObject({
          code: 'given-twice',
          message: expect.stringMatching(new RegExp(`^${flag} is given twice: .*(ab.*xy|xy.*ab)`)),
        });
    }
  });
});

describe('what is typed twice', () => {
  it.each([
    [['load', '-c', '50', '--users', '10'], '--users is given twice: -c 50 and --users 10'],
    [
      ['load', '-c', '50', '--wait', 'pacing:1s'],
      '--wait is given twice: --wait none (by -c) and --wait pacing:1s',
    ],
    [['load', '-n', '5', '-n', '6', '-n', '7'], '-n is given 3 times: 5, 6 and 7'],
    [['load', 'http://127.0.0.1/', '--url', 'http://127.0.0.2/'], /--url is given twice/],
    [
      ['load', '--url', 'http://me:secret@a/', '--url', 'http://b/'],
      '--url is given twice: http://…@a/ and http://b/',
    ],
    [['up', '--api', '--no-api'], '--api is given twice: --api and --no-api'],
    [['--name', 'a', 'up', '--name', 'b'], '--name is given twice: a and b'],
  ])('%j is refused', async (args, message) => {
    await expect(readCommandLine(args)).rejects.toMatchObject({
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      remedy: 'keep one of them',
      exitCode: 2,
    });
  });

  it.each([
    [['load', '--quiet', '--quiet'], { quiet: ['true'] }],
    [['up', '--no-api', '--no-api'], { api: ['false'] }],
    [['load', '-c', '50', '--wait', 'none'], { users: ['50'], wait: ['none'] }],
    [['load', '--expect', 'p99<1s', '--expect', 'errors<1%'], { expect: ['p99<1s', 'errors<1%'] }],
    [['logs', '--source', 'api', '--source', 'access'], { source: ['api', 'access'] }],
  ])('%j says one thing', async (args, flags) => {
    expect(await readCommandLine(args)).toMatchObject({ flags });
  });

  it('a list keeps every value in order, however many there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z]{1,8}: [a-z0-9]{0,8}$/), { minLength: 1, maxLength: 8 }),
        async (headers) => {
          const args = headers.flatMap((header, index) =>
            index % 2 === 0 ? ['-H', header] : [`--header=${header}`],
          );
          expect(await readCommandLine(['load', ...args])).toMatchObject({ flags: { header: headers } });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('a refusal of a value names the form that was typed', async () => {
    expect(await readCommandLine(['load', '-c', '5', '--timeout', '1s'])).toMatchObject({
      forms: { users: '-c', wait: '-c', timeout: '--timeout' },
    });
  });
});

describe('the URL that stands alone', () => {
  it('is the one of --url, of load alone', async () => {
    expect(await readCommandLine(['load', 'http://127.0.0.1/'])).toMatchObject({
      flags: { url: ['http://127.0.0.1/'] },
    });
    await expect(readCommandLine(['run', 'http://127.0.0.1/'])).rejects.toMatchObject({
      message: "too many arguments for 'run': http://127.0.0.1/",
      remedy: expect.stringContaining('mlbench load --url'),
    });
    await expect(readCommandLine(['http://me:secret@127.0.0.1/'])).rejects.toMatchObject({
      message: "unknown command 'http://…@127.0.0.1/'",
      remedy: expect.stringContaining('mlbench load http://…@127.0.0.1/'),
    });
  });

  it('is one', async () => {
    await expect(readCommandLine(['load', 'http://a/', 'http://b/'])).rejects.toMatchObject({ exitCode: 2 });
  });

  it.each([
    ['run', 'script.js'],
    ['load', 'http://a/', 'locustfile.py'],
  ])('no script may stand beside it: %j', async (...args) => {
    await expect(readCommandLine(args)).rejects.toMatchObject({
      remedy: expect.stringContaining('--scenario FILE.ts'),
    });
  });
});
