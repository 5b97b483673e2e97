import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { flagOf } from '../../src/core/options/definition.ts';
import { loadRunOptions } from '../../src/experiment/load/load-options.ts';
import { loadModels } from '../../src/offered/offered-load.ts';
import { offeredOptions } from '../../src/offered/options.ts';
import { parseWait, waitExamples } from '../../src/offered/waits/waits.ts';
import { checks } from '../../src/record/judgement/checks.ts';
import { cloudKinds } from '../../src/resources/kinds/cloud-kinds.ts';
import { type IndexedSource, indexSource, indexSources } from './source-index.ts';

/** What there is of a kind of thing, each with the files that have to be touched to have it. */
type Places = Record<string, string[]>;

const sources = indexSources('src');
const architecture = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');

describe('to add one more touches at most three places', () => {
  it.each<[string, () => Places]>([
    ['load model', placesOfLoadModels],
    ['wait', placesOfWaits],
    ['check', placesOfChecks],
    ['AWS resource', placesOfResources],
    ['stand-in operation', placesOfOperations],
    ['flag of load', placesOfRunFlags],
    ['exit code', placesOfExitCodes],
    ['section of the report', placesOfSections],
  ])('%s', (_, placesOf) => {
    const places = placesOf();
    expect(Object.keys(places).length).toBeGreaterThanOrEqual(3);
    // Fewer than two would be a rule that finds nothing: a thing stands somewhere, and is in some list.
    expect(Object.entries(places).filter(([, { length }]) => length < 2)).toEqual([]);
    expect(Object.entries(places).filter(([, { length }]) => length > 3)).toEqual([]);
  });

  it.each(rowsToAdd())('as the table says: %s', (_, touch) => {
    expect(touch.split(';').length).toBeLessThanOrEqual(3);
  });

  it('as the table says, which has rows', () => {
    expect(rowsToAdd().length).toBeGreaterThanOrEqual(10);
  });
});

describe("a plan's field", () => {
  it('is never optional: where it is forgotten, the compiler says so', () => {
    expect(optionalFieldsOf('LoadPlan', '../../src/load/plan/plan.ts')).toEqual([]);
  });
});

describe('a source', () => {
  const { identifiers, imports, branches } = indexSource({
    path: 'src/a/b.ts',
    text: `import { one, type Two } from '../c.ts';
     import type { Three } from './d.ts';
     // four
     if (wait.kind === 'five' || 'six' !== kind) one();
     switch (load.model) { case 'seven': }`,
  });

  it('names what its code names', () => {
    expect([...identifiers]).toEqual(expect.arrayContaining(['one', 'Two', 'Three', 'wait']));
    expect(identifiers).not.toContain('four');
  });

  it('imports values, and types apart', () => {
    expect([...imports]).toEqual([
      ['src/c.ts', ['one']],
      ['src/a/d.ts', []],
    ]);
  });

  it('asks which one it has, in comparisons and cases', () => {
    expect([...branches]).toEqual(['kind=five', 'kind=six', 'model=seven']);
  });
});

/** The model's object, whoever asks for the model by its name, and where its flag is declared. */
function placesOfLoadModels(): Places {
  const declared = Object.entries(offeredOptions).map(([key, option]) =>
    'field' in option ? option.field : key,
  );
  return Object.fromEntries(
    loadModels.map(({ model, namedBy }) => {
      expect(declared).toContain(namedBy);
      const object = { closed: 'usersModel', open: 'rateModel', trace: 'traceModel' }[model];
      return [model, union(naming(object), branching(`model=${model}`), ['src/offered/options.ts'])];
    }),
  );
}

function placesOfWaits(): Places {
  const kinds = waitExamples.split(/, | or /).map((example) => parseWait(example).kind);
  const aboutWaits = sources.filter(({ path, imports }) =>
    [path, ...imports.keys()].some((file) => file.startsWith('src/offered/waits/')),
  );
  return Object.fromEntries(
    kinds.map((kind) => {
      const object = kind === 'none' ? 'noWait' : `${kind}Wait`;
      return [kind, union(naming(object), branching(`kind=${kind}`, aboutWaits))];
    }),
  );
}

/** Of the files that work with the checks, those that name this one: `sendLag` is the name of a histogram, too. */
function placesOfChecks(): Places {
  const list = 'src/record/judgement/checks.ts';
  const aboutChecks = sources.filter(
    ({ path, imports }) => path === list || imports.get(list)?.some((value) => /check/i.test(value)),
  );
  return Object.fromEntries(Object.keys(checks).map((name) => [name, naming(name, aboutChecks)]));
}

/** In the room of resources; the declarations there are one place, however many stacks use a kind. */
function placesOfResources(): Places {
  const room = sources.filter(({ path }) => path.startsWith('src/resources/'));
  const list = room.find(({ path }) => path === 'src/resources/kinds/cloud-kinds.ts')!;
  const objects = [...list.imports.values()].flat();
  expect(objects.length).toBe(cloudKinds.length);
  const place = (path: string) => (path.startsWith('src/resources/stack/') ? dirname(path) : path);
  return Object.fromEntries(objects.map((object) => [object, union(naming(object, room).map(place))]));
}

/** In the folder of its service; another service may have an operation of the same name. */
function placesOfOperations(): Places {
  const services = sources.filter(({ path }) => /^src\/localcloud\/.*\/service\.ts$/.test(path));
  return Object.fromEntries(
    services.flatMap(({ path, imports }) => {
      const folder = dirname(path);
      const own = sources.filter((source) => source.path.startsWith(`${folder}/`));
      const operations = [...imports]
        .filter(([from]) => from.startsWith(`${folder}/`))
        .flatMap(([, of]) => of);
      return operations.map((operation): [string, string[]] => [
        `${folder}: ${operation}`,
        naming(operation, own),
      ]);
    }),
  );
}

/** From the command line to the plan, for those that say how a run is measured; what a worker makes of one is its feature. */
function placesOfRunFlags(): Places {
  const way = sources.filter(({ path }) =>
    /^src\/(experiment\/(load|run)\/|load\/plan\/plan\.ts|commands\/(load|run)\.ts|cli\/(options|verbs)\/(load|run)\.ts)/.test(
      path,
    ),
  );
  const declaration = 'src/experiment/load/load-options.ts';
  return Object.fromEntries(
    Object.entries(loadRunOptions).map(([key, option]) => {
      const field = 'field' in option ? option.field : key;
      return [`--${flagOf(key)}`, union([declaration], naming(field, way))];
    }),
  );
}

/** Of a code that stands for one outcome; that something failed, or was interrupted, is said wherever it happens. */
function placesOfExitCodes(): Places {
  const list = 'src/core/exit-codes.ts';
  const aboutCodes = sources.filter(({ path, imports }) => path === list || imports.has(list));
  const codes = ['expectationMissed', 'invalidMeasurement', 'leftover'];
  return Object.fromEntries(codes.map((code) => [code, naming(code, aboutCodes)]));
}

function placesOfSections(): Places {
  const sections = sources
    .filter(({ path }) => /^src\/report\/[a-z-]+-section\.ts$/.test(path))
    .flatMap(({ identifiers }) => [...identifiers].filter((name) => /^[a-z]\w*Section$/.test(name)));
  return Object.fromEntries(sections.map((section) => [section, naming(section)]));
}

function naming(identifier: string, among: readonly IndexedSource[] = sources): string[] {
  return among.filter(({ identifiers }) => identifiers.has(identifier)).map(({ path }) => path);
}

function branching(branch: string, among: readonly IndexedSource[] = sources): string[] {
  return among.filter(({ branches }) => branches.has(branch)).map(({ path }) => path);
}

function union(...lists: readonly string[][]): string[] {
  return [...new Set(lists.flat())];
}

/** What is added, and its places, which semicolons part. */
function rowsToAdd(): [what: string, touch: string][] {
  const section = architecture.split('## To add X, touch Y')[1]!.split('\n## ')[0]!;
  const table = section.split('\n\n').find((part) => part.startsWith('| to add'))!;
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, what = '', touch = '']) => [what, touch]);
}

function optionalFieldsOf(name: string, file: string): string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const found = ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements.filter(ts.isInterfaceDeclaration)
    .find((declaration) => declaration.name.text === name);
  expect(found?.members.length).toBeGreaterThan(0);
  return found!.members
    .filter((member) => member.questionToken !== undefined)
    .map((member) => String(member.name && 'text' in member.name && member.name.text));
}
