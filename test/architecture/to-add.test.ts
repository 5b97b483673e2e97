import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/core/exit-codes.ts';
import { flagOf } from '../../src/core/options/definition.ts';
import { loadRequestOptions, loadRunOptions } from '../../src/experiment/load/load-options.ts';
import { loadModels } from '../../src/offered/offered-load.ts';
import { offeredOptions } from '../../src/offered/options.ts';
import { parseWait, waitExamples } from '../../src/offered/waits/waits.ts';
import { checks } from '../../src/record/judgement/checks.ts';
import { cloudKinds } from '../../src/resources/kinds/cloud-kinds.ts';
import { type IndexedSource, indexSource, indexSources } from './source-index.ts';

/** What there is of a kind of thing, each with the files that have to be touched to have it. */
type Places = Record<string, string[]>;

/** Fourth places that are accepted, each with its reason; a thing that is new has none. */
const exceptions: Record<string, Record<string, string>> = {
  endpointKind: {
    'src/experiment/cost/still-up.ts': 'the endpoint is what costs',
    'src/experiment/endpoints/service-endpoint.ts': 'the endpoint is what a load asks for',
    'src/experiment/settings/brought-endpoint.ts': 'an endpoint that somebody else made is looked at',
    'src/resources/kinds/kind/nominee.ts': 'its name stands below the kinds that hang on an endpoint',
    'src/resources/kinds/metric-alarm.ts': 'an alarm is of an endpoint, by whose name the orphans are found',
    'src/resources/kinds/scalable-target/scalable-target.ts': 'as with alarms',
  },
  broughtEndpointKind: {
    'src/experiment/endpoints/service-endpoint.ts': 'the endpoint is what a load asks for',
    'src/experiment/settings/brought-endpoint.ts': 'what is said of an endpoint that somebody else made',
  },
  scalableTargetKind: {
    'src/experiment/settings/brought-endpoint.ts': 'an endpoint that somebody else made may scale already',
  },
  scalingPolicyKind: {
    'src/experiment/stack/ensure-experiment.ts': 'policies that are wanted no more are removed first',
  },
  httpApiKind: { 'src/experiment/targets/aws/target.ts': "the address of `/evaluate` is the resource's" },
  '--url': {
    'src/cli/verbs/load.ts': 'a load of a URL needs no experiment and no cloud',
    'src/experiment/run/measure.ts': 'a destination has an address, given or not',
  },
  '--endpoint-name': {
    'src/cli/verbs/load.ts': 'a load of any endpoint needs no experiment',
    'src/cli/verbs/run.ts': 'the flag of `up` has the same name',
    'src/experiment/run/fleet-result.ts': 'an endpoint has a name, given or not',
    'src/experiment/run/measure.ts': 'an endpoint has a name, given or not',
  },
  '--proxy': { 'src/load/run/prepare-run.ts': 'the service is tried out as the load will reach it' },
  '--timeout': { 'src/load/run/prepare-run.ts': 'the service is tried out as the load will reach it' },
  '--workers': {
    'src/load/run/prepare-run.ts': 'processors are counted on the machine that sends',
  },
  '--precise': { 'src/load/run/prepare-run.ts': 'processors are counted on the machine that sends' },
};

const sources = indexSources('src');
const architecture = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');

describe('to add one more touches at most three places', () => {
  it.each<[string, () => Places]>([
    ['load model', placesOfLoadModels],
    ['wait', placesOfWaits],
    ['check', placesOfChecks],
    ['AWS resource', placesOfResources],
    ['stand-in operation', placesOfOperations],
    ['flag of load', placesOfFlags],
    ['exit code', placesOfExitCodes],
    ['section of the report', placesOfSections],
  ])('%s', (_, placesOf) => {
    const places = placesOf();
    expect(Object.keys(places).length).toBeGreaterThanOrEqual(3);
    for (const [thing, all] of Object.entries(places)) {
      const accepted = Object.keys(exceptions[thing] ?? {});
      // An exception that nothing needs any more would hide the next fourth place.
      expect({ thing, accepted: accepted.filter((file) => !all.includes(file)) }).toEqual({
        thing,
        accepted: [],
      });
      if (accepted.length > 0) expect(all.length).toBeGreaterThan(3);
      places[thing] = all.filter((place) => !accepted.includes(place));
    }
    // Fewer than two would be a rule that finds nothing: a thing stands somewhere, and is in some list.
    expect(Object.entries(places).filter(([, { length }]) => length < 2)).toEqual([]);
    expect(Object.entries(places).filter(([, { length }]) => length > 3)).toEqual([]);
  });

  it('has an exception of nothing that is gone', () => {
    const rows = [placesOfResources, placesOfFlags, placesOfChecks, placesOfOperations, placesOfExitCodes];
    const things = rows.flatMap((placesOf) => Object.keys(placesOf()));
    expect(Object.keys(exceptions).filter((thing) => !things.includes(thing))).toEqual([]);
  });

  it('finds an operation of each service of the stand-in', () => {
    const withOperations = Object.keys(placesOfOperations()).map((name) => name.split(':')[0]!);
    const folders = sources.flatMap(({ path }) => /^src\/localcloud\/[^/]+(?=\/)/.exec(path) ?? []);
    expect(new Set(folders)).toEqual(new Set([...withOperations, ...Object.keys(withoutOperations)]));
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
  const { identifiers, strings, imports, branches } = indexSource({
    path: 'src/a/b.ts',
    text: `import { one, type Two } from '../c.ts';
     import type { Three } from './d.ts';
     // four
     if (wait.kind === 'five' || 'six' !== kind) one(codes.eight === code);
     switch (load.model) { case 'seven': }`,
  });

  it('names what its code names', () => {
    expect([...identifiers]).toEqual(expect.arrayContaining(['one', 'Two', 'Three', 'wait']));
    expect(identifiers).not.toContain('four');
  });

  it('quotes what its code quotes, but for where it imports from', () => {
    expect([...strings]).toEqual(['five', 'six', 'seven']);
  });

  it('imports values, and types apart', () => {
    expect([...imports]).toEqual([
      ['src/c.ts', ['one']],
      ['src/a/d.ts', []],
    ]);
  });

  it('asks which one it has, in comparisons and cases', () => {
    expect([...branches]).toEqual(['kind=five', 'kind=six', 'code=codes.eight', 'model=seven']);
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

/**
 * Of the files that work with the checks, those that name this one, and of those that work with a verdict, those that quote it:
 * `sendLag` is the name of a histogram, and `redirects` of a count, too.
 */
function placesOfChecks(): Places {
  const list = 'src/record/judgement/checks.ts';
  const aboutChecks = sources.filter(
    ({ path, imports }) => path === list || imports.get(list)?.some((value) => /check/i.test(value)),
  );
  const aboutVerdicts = sources.filter(
    ({ identifiers }) => identifiers.has('validity') || identifiers.has('ValidityCheck'),
  );
  return Object.fromEntries(
    Object.keys(checks).map((name) => [
      name,
      union(naming(name, aboutChecks), quoting(name, [...aboutChecks, ...aboutVerdicts])),
    ]),
  );
}

/**
 * Wherever the object is named, or the kind is compared with its name, or quoted where the name is nothing else's: `model` and
 * `image` are words of much else. The declarations are one place, however many stacks use a kind.
 */
function placesOfResources(): Places {
  const list = sources.find(({ path }) => path === 'src/resources/kinds/cloud-kinds.ts')!;
  const objects = [...list.imports.values()].flat();
  expect(objects.length).toBe(cloudKinds.length);
  // The stand-in speaks of AWS's resources by AWS's names, which some kinds bear.
  const ours = sources.filter(({ path }) => !path.startsWith('src/localcloud/'));
  const place = (path: string) => (path.startsWith('src/resources/stack/') ? dirname(path) : path);
  return Object.fromEntries(
    objects.map((object) => {
      const kind = kindCalled(object);
      const quoted = kind.includes('-') ? quoting(kind, ours) : branching(`kind=${kind}`, ours);
      const named = [...naming(object), ...naming(`${object}Name`), ...quoted];
      return [object, union(named.map(place))];
    }),
  );
}

/** `httpApiKind` is of `http-api`. */
function kindCalled(object: string): string {
  const words = object.replace(/Kind$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const named = words === 'model-object' ? 'object' : words;
  expect(cloudKinds.map(({ kind }) => kind)).toContain(named);
  return named;
}

/** Folders of the stand-in in which no operation is looked for. */
const withoutOperations: Record<string, string> = {
  'src/localcloud/sts': 'its two operations stand in its service.ts, one below the other',
  'src/localcloud/runtime':
    'its operations are invocations, which stream: no codec reads them, and no service.ts lists them',
  'src/localcloud/instances': 'what runs behind endpoints',
  'src/localcloud/access': 'who calls, of whatever service',
  'src/localcloud/protocols': 'how requests are read and answered, of whatever service',
  'src/localcloud/scaling': 'drives the scaling engine',
  'src/localcloud/service': 'what an operation is',
};

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

/** Files that are one concept, and so one place. */
const concepts = [
  [
    'what a request carries',
    /^src\/(experiment\/load\/(request-body|load-data)|load\/payloads\/data-plan)\.ts$/,
  ],
  ['whom a connection trusts', /^src\/(experiment\/load\/load-tls|load\/plan\/tls-plan)\.ts$/],
] as const;

/**
 * From the command line to the plan, and to what is done before the first request; what the run and its workers make of a flag
 * is its feature. A refusal of two flags that contradict each other comes on top, and has a file of its own.
 */
function placesOfFlags(): Places {
  const way = sources.filter(({ path }) =>
    [
      /^src\/experiment\/(load\/(?!contradictions)|run\/)/,
      /^src\/load\/(plan\/(plan|tls-plan|scenario-plan)|payloads\/data-plan|run\/prepare-run)\.ts/,
      /^src\/(commands|cli\/(options|verbs))\/(load|run)\.ts/,
    ].some((part) => part.test(path)),
  );
  const declaration = 'src/experiment/load/load-options.ts';
  const place = (path: string) => concepts.find(([, files]) => files.test(path))?.[0] ?? path;
  return Object.fromEntries(
    Object.entries({ ...loadRequestOptions, ...loadRunOptions }).map(([key, option]) => {
      const field = 'field' in option ? option.field : key;
      return [`--${flagOf(key)}`, union([declaration], naming(field, way).map(place))];
    }),
  );
}

/** That something went well, failed or was interrupted is said wherever it happens, by many verbs: one place. */
const saidEverywhere = ['ok', 'failed', 'interrupted'];

/** Where a code arises, and where somebody asks for it. */
function placesOfExitCodes(): Places {
  const list = 'src/core/exit-codes.ts';
  return Object.fromEntries(
    Object.keys(exitCodes).map((code) => {
      const named = union(
        [list],
        sources.filter(({ members }) => members.has(`exitCodes.${code}`)).map(({ path }) => path),
      );
      const asked = branching(`exitCode=exitCodes.${code}`);
      const place = (path: string) => (path === list || asked.includes(path) ? path : 'where it happens');
      return [`exit code ${code}`, saidEverywhere.includes(code) ? union(named.map(place)) : named];
    }),
  );
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

function quoting(text: string, among: readonly IndexedSource[]): string[] {
  return among.filter(({ strings }) => strings.has(text)).map(({ path }) => path);
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
