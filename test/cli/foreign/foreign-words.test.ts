import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerFlag, flagsOf } from '../../../src/cli/foreign/answer-flag.ts';
import { answerVerb } from '../../../src/cli/foreign/answer-verb.ts';
import { flagsNamed, flagWords, verbWords, wordsOf } from '../../../src/cli/foreign/foreign-words.ts';
import { readCommandLine } from '../../../src/cli/program.ts';
import { verbEntries } from '../../../src/cli/verbs/entries.ts';
import { loadKnownVerbs } from '../../../src/cli/verbs/known-verbs.ts';

const verbs = await loadKnownVerbs();
const verbNames = verbEntries.map(({ name }) => name);
const verbOf = (name: string) => verbs.find((verb) => verb.name === name)!;
const typedOf = (word: string) => (word.length === 1 ? `-${word}` : `--${word}`);

/** The commands in backticks: each names a verb that is there, with flags that it takes. */
const expectCommandsThatAre = (text: string) => {
  for (const [, command = ''] of text.matchAll(/`mlbench ([^`]*)`/g)) {
    if (command.startsWith('--version')) continue;
    const verb = verbs.find(({ name }) => command === name || command.startsWith(`${name} `));
    expect(verb, command).toBeDefined();
    for (const flag of command.match(/--[a-z][a-z-]*/g) ?? [])
      expect(['--help', ...flagsOf(verb!)], command).toContain(flag);
  }
};

describe('the words of other tools', () => {
  it('are answered with flags that one verb has, all of them', () => {
    for (const entry of flagWords) {
      const named = flagsNamed(entry);
      const takers = verbs.filter((verb) => named.every((flag) => flagsOf(verb).includes(flag)));
      expect(
        takers.map(({ name }) => name),
        entry.here,
      ).not.toEqual([]);
      expectCommandsThatAre(entry.here);
    }
  });

  it('are answered with verbs that there are', () => {
    for (const entry of verbWords) {
      expect(entry.here).toMatch(/`mlbench /);
      expectCommandsThatAre(entry.here);
      for (const word of wordsOf(entry)) expect(verbNames).not.toContain(word);
    }
  });

  it('are answered in every verb, by flags of that verb or of a verb that is named, never by the word itself', () => {
    for (const verb of verbs) {
      const own = flagsOf(verb);
      for (const word of flagWords.flatMap(wordsOf)) {
        const typed = typedOf(word);
        if (own.includes(typed)) continue;
        const answer = answerFlag(typed, verb, verbs);
        expect(answer, typed).not.toBeNull();
        expectCommandsThatAre(answer!);
        for (const part of answer!.split(' · ')) {
          const place = /here, of `mlbench ([a-z ]+)`/.exec(part)?.[1] ?? verb.name;
          const [, says = ''] = part.split(/here[^:]*: /);
          const named = says.replace(/`[^`]*`/g, '').match(/--[a-z][a-z-]*/g) ?? [];
          expect(named).not.toContain(typed);
          for (const flag of named) expect(flagsOf(verbOf(place)), `${verb.name} ${typed}`).toContain(flag);
        }
      }
    }
  });

  it.each([
    ['--spawn-rate', '--ramp'],
    ['--run-time', '--duration'],
    ['--host', '--url'],
    ['--headless', 'nothing is needed'],
    ['--vus', '--users'],
    ['--iterations', '--requests'],
    ['--rps', '--rate'],
    ['--qps', '--rate'],
    ['--threshold', '--expect'],
    ['--master', 'no master'],
    ['--expect-workers', '--workers'],
    ['--autostart', 'nothing is needed'],
    ['--html', 'report.html'],
    ['--processes', '--workers'],
    ['--loglevel', '--quiet'],
    ['--summary-export', '--out'],
    ['--latency-correction', '--rate'],
    ['--no-tui', '--quiet'],
    ['--latency', 'percentile'],
    ['-f', '--scenario'],
    ['-R', '--rate'],
    ['-s', '--scenario'],
    ['-k', '--insecure'],
    ['-p', '--body'],
    ['-T', '--content-type'],
    ['--targets', '--data'],
    ['--stage', '--stages'],
    ['-e', 'environment'],
  ])('%s, of load, is %s here', async (typed, here) => {
    await expect(readCommandLine(['load', typed, '5'])).rejects.toMatchObject({
      message: `unknown option '${typed}'`,
      remedy: expect.stringContaining(here),
      exitCode: 2,
    });
  });

  it.each([
    ['deploy', '`mlbench up`'],
    ['destroy', '`mlbench down`'],
    ['plan', '`mlbench up --plan`'],
    ['diff', '`mlbench up --plan`'],
    ['synth', '`mlbench up --plan`'],
    ['apply', '`mlbench up`'],
    ['watch', '`mlbench watch-scaling`'],
    ['version', '`mlbench --version`'],
    ['ls', '`mlbench status`'],
    ['list', '`mlbench status`'],
    ['ps', '`mlbench status`'],
    ['describe-endpoint', '`mlbench status`'],
    ['rm', '`mlbench down`'],
    ['delete', '`mlbench down`'],
    ['create', '`mlbench up`'],
    ['start', '`mlbench local start`'],
    ['stop', '`mlbench local stop`'],
    ['init', '`mlbench run`'],
    ['attack', '`mlbench load`'],
    ['locust', '`mlbench load`'],
    ['sim', 'simulate'],
    ['laod', 'did you mean load?'],
  ])('the verb %s is %s here', async (typed, here) => {
    await expect(readCommandLine([typed])).rejects.toMatchObject({
      message: `unknown command '${typed}'`,
      remedy: expect.stringContaining(here),
      exitCode: 2,
    });
  });

  it.each([
    [['up', '--users', '5'], '--users is a flag of `mlbench load`, `mlbench run` and `mlbench simulate`'],
    [['up', '--scaleOutCooldown', '5'], 'write --scale-out-cooldown'],
    [['load', '--scale_out_cooldown', '5'], '--scale-out-cooldown is a flag of `mlbench run`'],
    [['-n', '100', 'http://127.0.0.1/'], 'write it behind its verb: `mlbench load -n …`'],
    [['--users', '5'], 'write it behind its verb: `mlbench load --users …`'],
    [['logs', '-follow'], 'write --follow'],
    [['-f', 'locustfile.py', '--headless'], 'of `mlbench load`: --scenario FILE.ts'],
    [['--orphans'], 'write it behind its verb: `mlbench down --orphans …`'],
    [['--vus', '5'], 'of `mlbench load`: --users N'],
  ])('%j is answered with where the flag belongs', async (args, remedy) => {
    await expect(readCommandLine(args)).rejects.toMatchObject({ remedy: expect.stringContaining(remedy) });
  });

  it('a value behind an unknown flag is not repeated', async () => {
    await expect(readCommandLine(['load', '--token=secret'])).rejects.toMatchObject({
      message: "unknown option '--token'",
    });
  });
});

describe('a suggestion', () => {
  const anyVerb = fc.constantFrom(...verbs);
  const mistyped = (flag: string) =>
    fc
      .tuple(fc.nat(flag.length - 1), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), fc.nat(2))
      .map(([at, letter, how]) => {
        const place = Math.max(2, at);
        if (how === 0) return flag.slice(0, place) + flag.slice(place + 1);
        return how === 1
          ? `${flag.slice(0, place)}${letter}${flag.slice(place)}`
          : `${flag.slice(0, place)}${letter}${flag.slice(place + 1)}`;
      });
  const longFlags = (flags: readonly string[]) => flags.filter((flag) => flag.startsWith('--'));

  it('is never what was typed, whichever flag and verb', () => {
    fc.assert(
      fc.property(
        anyVerb.chain((verb) =>
          fc.record({
            verb: fc.constant(verb),
            typed: fc.oneof(
              fc.constantFrom(...verbs.flatMap(flagsOf)),
              fc.constantFrom(...longFlags(flagsOf(verb))).chain(mistyped),
            ),
          }),
        ),
        ({ verb, typed }) => {
          if (flagsOf(verb).includes(typed)) return;
          const answer = answerFlag(typed, verb, verbs) ?? '';
          expect(answer).not.toBe(`did you mean ${typed}?`);
          expect(answer).not.toBe(`write ${typed}`);
          const named = /^(?:did you mean|write) (\S+?)\??$/.exec(answer)?.[1];
          if (named !== undefined) expect(flagsOf(verb)).toContain(named);
        },
      ),
      { numRuns: 500, seed: 12 },
    );
  });

  it('is found for a flag of five letters or more with one letter wrong', () => {
    for (const verb of verbs) {
      for (const flag of longFlags(flagsOf(verb)).filter(({ length }) => length >= 7)) {
        const typed = `${flag.slice(0, 4)}${flag.slice(5)}`;
        if (flagsOf(verb).includes(typed)) continue;
        expect(answerFlag(typed, verb, verbs), `${verb.name} ${typed}`).not.toBeNull();
      }
    }
  });

  it('shares its letters with what was typed, all but one in four', () => {
    fc.assert(
      fc.property(anyVerb, fc.stringMatching(/^[a-z]{2,14}$/), (verb, word) => {
        const named = /^did you mean --(\S+)\?$/.exec(answerFlag(`--${word}`, verb, verbs) ?? '')?.[1];
        if (named === undefined) return;
        const rest = [...word];
        const shared = [...named].filter((letter) => {
          const at = rest.indexOf(letter);
          if (at >= 0) rest.splice(at, 1);
          return at >= 0;
        }).length;
        expect(shared / Math.max(word.length, named.length)).toBeGreaterThanOrEqual(0.5);
        expect(Math.max(word.length, named.length) - shared).toBeLessThanOrEqual(
          Math.max(1, Math.floor(Math.min(word.length, named.length) / 4)),
        );
      }),
      { numRuns: 2_000, seed: 12 },
    );
  });

  it('of a verb is never the verb that was typed, nor one that it only resembles', () => {
    expect(answerVerb('up', verbNames)).toBeNull();
    expect(answerVerb('zz', verbNames)).toBeNull();
    expect(answerVerb('master', verbNames)).toBeNull();
    expect(answerVerb('inv', verbNames)).toBe('did you mean invoke?');
  });
});
