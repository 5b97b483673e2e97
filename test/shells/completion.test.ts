import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashCompletion } from '../../src/cli/completion/bash.ts';
import { fishCompletion } from '../../src/cli/completion/fish.ts';
import { type Vocabulary, vocabularyOf } from '../../src/cli/completion/vocabulary.ts';
import { zshCompletion } from '../../src/cli/completion/zsh.ts';
import { verbEntries } from '../../src/cli/verbs/entries.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { ShellPlace } from './interactive-shell.ts';

const scriptsOf = (vocabulary: Vocabulary) => ({
  bash: bashCompletion(vocabulary),
  zsh: zshCompletion(vocabulary),
  fish: fishCompletion(vocabulary),
});
/** As a user gets it into a file. */
const printed = (shell: string) =>
  execFileSync(process.execPath, [join(packageRoot, 'bin', 'mlbench.js'), 'completion', shell], {
    encoding: 'utf8',
  });
const hostileFile = "ev il'$(touch pwned).txt";

let vocabulary: Vocabulary;
let place: ShellPlace;
beforeAll(async () => {
  vocabulary = await vocabularyOf(verbEntries);
  place = new ShellPlace({ bash: printed('bash'), zsh: printed('zsh'), fish: printed('fish') });
  writeFileSync(join(place.files, hostileFile), '');
  writeFileSync(join(place.files, 'body.json'), '{}');
  mkdirSync(join(place.files, 'folder'));
  writeFileSync(join(place.files, 'folded'), '');
});
afterAll(() => place.remove());

const unharmed = (where = place) => expect(existsSync(join(where.files, 'pwned'))).toBe(false);

describe.each(['bash', 'zsh'] as const)('in a terminal, %s completes', (shell) => {
  it.each([
    ['a verb', 'mlbench loa\t\r', '<load>'],
    ['a nested verb', 'mlbench local sta\t\r', '<local><start>'],
    ['a verb after a flag with a value', 'mlbench --name up statu\t\r', '<--name><up><status>'],
    ['a verb to get help for', 'mlbench help watch\t\r', '<help><watch-scaling>'],
    ['a flag', 'mlbench load --insec\t\r', '<load><--insecure>'],
    ['a flag that all verbs take', 'mlbench down --quie\t\r', '<down><--quiet>'],
    ['a negated flag', 'mlbench up --no-auto\t\r', '<up><--no-autoscaling>'],
    ['one of a few values', 'mlbench load --via run\t\r', '<load><--via><runtime>'],
    ['a value behind an equals sign', 'mlbench load --via=run\t\r', '<load><--via=runtime>'],
    ['an instance type', 'mlbench up --instance-type ml.m5.12\t\r', '<up><--instance-type><ml.m5.12xlarge>'],
    ['a file', `mlbench load --trace ev\t\r`, `<load><--trace><${hostileFile}>`],
    ['a folder', 'mlbench load --out fol\t\r', '<load><--out><folder'],
    ['the file of a body', 'mlbench load --body @bod\t\r', '<load><--body><@body.json>'],
    ['nothing where nobody but the user knows', 'mlbench load --users bod\t\r', '<load><--users><bod>'],
  ])('%s', async (_, keys, ran) => {
    // Of a folder's name zsh takes the slash back.
    expect((await place.type(shell, keys)).replace(/\/?>$/, ran.endsWith('>') ? '>' : '')).toBe(ran);
    unharmed();
  });

  it('evaluates nothing of what is typed', async () => {
    // Ctrl-U takes the line away before anything is run.
    for (const typed of ['$(touch pwned)', '`touch pwned`', 'x$(touch pwned)', '"$(touch pwned)'])
      for (const before of ['', 'load --via ', 'load --trace ', 'load --via=', '--name '])
        expect(await place.type(shell, `mlbench ${before}${typed}\t\u0015mlbench fine\r`)).toBe('<fine>');
    unharmed();
  }, 180_000);
});

describe('bash and fish offer', () => {
  it('every verb', () => {
    const verbs = vocabulary.verbs.filter(({ path }) => path.length === 1).map(({ path }) => path[0]!);
    expect(
      place
        .bashOffers('mlbench ')
        .filter((offer) => !offer.startsWith('-'))
        .sort(),
    ).toEqual(verbs.sort());
    expect(place.fishOffers('mlbench ').sort()).toEqual(verbs.sort());
  });

  it('every long flag of every verb, and of it the values that it has', () => {
    for (const { path, options } of vocabulary.verbs) {
      if (path[0] === 'help') continue;
      const line = ['mlbench', ...path].join(' ');
      const flags = [...options, ...vocabulary.common].map((option) => option.flags.at(-1)!).sort();
      expect(place.bashOffers(`${line} --`).sort()).toEqual(flags);
      expect(place.fishOffers(`${line} --`).sort()).toEqual([...new Set(flags)]);
      for (const { flags: of, value } of options) {
        if (value.kind !== 'words') continue;
        expect(place.bashOffers(`${line} ${of.at(-1)} `)).toEqual(value.words);
        expect(place.fishOffers(`${line} ${of.at(-1)} `).sort()).toEqual([...value.words].sort());
      }
    }
  }, 180_000);

  it('files and folders, and after @ the file of a body', () => {
    expect(place.fishOffers('mlbench load --trace bo')).toEqual(['body.json']);
    expect(place.fishOffers('mlbench load --out fol')).toEqual(['folder/']);
    expect(place.fishOffers('mlbench load --body @bo')).toEqual(['@body.json']);
    expect(place.fishOffers('mlbench local sta')).toEqual(['start']);
    place.fishOffers('mlbench load --via (touch pwned)');
    place.fishOffers('mlbench load --via $(touch pwned)');
    unharmed();
  });
});

describe('a word or a description that is hostile', () => {
  const words = [
    "q'$(touch pwned)",
    'colon:ed',
    'back\\slash`touch pwned`',
    'star*{a,b}',
    'sp ace',
    '"double"',
    '$HOME',
  ];
  const description = 'it\'s [a] "hostile": $(touch pwned) `touch pwned` \\ ; (touch pwned) % {x}';
  const option = (flag: string, value: Vocabulary['common'][number]['value']) => ({
    ...{ flags: [flag], description, value, repeats: false },
  });
  const hostile: Vocabulary = {
    common: [option('--common', { kind: 'any' })],
    verbs: [
      {
        path: ['verb'],
        summary: description,
        children: [],
        options: [option('--of', { kind: 'words', words })],
      },
      {
        path: ['nest'],
        summary: description,
        options: [],
        children: [{ name: 'under', summary: description }],
      },
      { path: ['nest', 'under'], summary: description, options: [], children: [] },
    ],
  };
  let where: ShellPlace;
  beforeAll(() => {
    where = new ShellPlace(scriptsOf(hostile));
  });
  afterAll(() => where.remove());

  it.each(['bash', 'zsh'] as const)('is offered as it is, and evaluated by no %s', async (shell) => {
    for (const [typed, word] of [
      ['q', words[0]],
      ['col', words[1]],
      ['back', words[2]],
      ['star', words[3]],
      ['sp', words[4]],
    ])
      expect(await where.type(shell, `mlbench verb --of ${typed}\t\r`)).toBe(`<verb><--of><${word}>`);
    expect(await where.type(shell, 'mlbench nest un\t\r')).toBe('<nest><under>');
    unharmed(where);
  });

  it('is offered as it is, and evaluated by no fish', () => {
    expect(where.fishOffers('mlbench verb --of ').sort()).toEqual([...words].sort());
    expect(where.fishOffers('mlbench ne')).toEqual(['nest']);
    unharmed(where);
  });
});
