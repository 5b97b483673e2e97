const { readdirSync } = require('node:fs');

// Imports point inward: cli → commands → experiment → {domains} → {offered, record, catalog} → core. The edges between domains
// that the architecture wants are named below; everything else between domains is an error.
const domains = [
  'load',
  'scaling',
  'resources',
  'image',
  'localcloud',
  'report',
  'dashboard',
  'api',
  'observe',
];
/** Concepts that several domains need: the offered load, the record of a run, AWS's types and prices. */
const ground = ['offered', 'record', 'catalog', 'charts'];
const allowedEdges = {
  record: ['offered', 'catalog'], // a run's record says what was offered, and names metrics
  charts: ['record', 'catalog'], // what is drawn of a run is made of its record
  localcloud: ['scaling', 'image'], // the stand-in drives the scaling engine, and runs containers by the engine that image/ found
  report: ['load', 'scaling'], // the report describes a load's profile, and draws simulations
  dashboard: ['load'], // the live page follows a run, and steers it
  observe: ['scaling', 'resources'], // the observer turns what SDK clients say into timeline events
};
/** The rooms of resources/, each with those that it stands on. */
const resourceRooms = {
  sdk: [],
  consistency: ['sdk'],
  engine: ['sdk', 'consistency'],
  kinds: ['sdk', 'consistency', 'engine'],
  stack: ['sdk', 'engine', 'kinds'],
  orphans: ['sdk', 'engine', 'kinds'],
};
/**
 * The rooms of experiment/ in their order: each may import those of later rows, and none of its own row. ARCHITECTURE.md shows
 * the same order, which test/docs/architecture.test.ts sees to.
 */
const experimentRooms = [
  ['run', 'simulation'],
  ['load'],
  ['endpoints'],
  ['targets'],
  ['stack'],
  ['contract'],
  ['cost', 'checks'],
  ['settings'],
  ['policies'],
  ['context'],
];
const reaches = (room, rooms) => `^src/(?!core|${[room, ...rooms, ...(allowedEdges[room] ?? [])].join('|')})`;

/** Between a folder's own files and its rooms (subfolders) imports go one way: files use rooms, unless the folder is named here. */
const filesAreBelowRooms = [
  'src/localcloud/instances', // container-engine/ is one of two ways to run a container
  'src/charts', // page/ draws in the browser
  'src/report', // page/ is what of it runs in the browser
  'src/core', // options/ says in errors and units what was typed
  'src/load/iteration', // scenario/ is one of two kinds of iteration
  'src/scaling/policies', // kinds/ are made of what all policies share: cooldowns, refusals, variants
  'scripts',
];

const withRooms = ['src', 'scripts'].flatMap(foldersWithRooms);

function foldersWithRooms(folder) {
  const rooms = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (rooms.length === 0) return [];
  return [folder, ...rooms.flatMap(({ name }) => foldersWithRooms(`${folder}/${name}`))];
}

function betweenFilesAndRooms(folder) {
  const files = `^${folder}/[^/]+$`;
  const rooms = `^${folder}/[^/]+/`;
  const [from, to] = filesAreBelowRooms.includes(folder) ? [files, rooms] : [rooms, files];
  return { name: `one-way-in-${folder}`, severity: 'error', from: { path: from }, to: { path: to } };
}

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circle-of-folders',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    ...withRooms.map(betweenFilesAndRooms),
    {
      name: 'programs-import-no-scripts',
      severity: 'error',
      from: { path: '^(src|docker|model)/' },
      to: { path: '^(scripts|test)/' },
    },
    {
      name: 'core-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/core' },
      to: { path: '^src/(?!core)' },
    },
    {
      name: 'only-cli-imports-cli',
      severity: 'error',
      from: { pathNot: '^src/cli' },
      to: { path: '^src/cli' },
    },
    {
      name: 'only-cli-imports-commands',
      severity: 'error',
      from: { pathNot: '^src/(cli|commands)' },
      to: { path: '^src/commands' },
    },
    {
      name: 'only-verbs-import-experiment',
      severity: 'error',
      from: { pathNot: '^src/(cli|commands|experiment)' },
      to: { path: '^src/experiment' },
    },
    {
      name: 'experiment-has-no-other-room',
      severity: 'error',
      from: { path: `^src/experiment/(?!(${experimentRooms.flat().join('|')})/)` },
      to: {},
    },
    ...experimentRooms.flatMap((row, index) =>
      row.map((room) => ({
        name: `experiment-${room}-stands-on-later-rooms`,
        severity: 'error',
        from: { path: `^src/experiment/${room}/` },
        to: {
          path: '^src/experiment/',
          pathNot: `^src/experiment/(${[room, ...experimentRooms.slice(index + 1).flat()].join('|')})/`,
        },
      })),
    ),
    {
      name: 'targets-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/experiment/targets/(aws|local)/' },
      to: { path: '^src/experiment/targets/(aws|local)/', pathNot: '^src/experiment/targets/$1/' },
    },
    {
      name: 'experiment-imports-domains',
      severity: 'error',
      from: { path: '^src/experiment' },
      to: { path: '^src/(report|dashboard|tune)' },
    },
    {
      name: 'the-stand-in-is-reached-over-http',
      comment: 'Verbs may start, find and stop the process, and read its options; nothing else of it.',
      severity: 'error',
      from: { path: '^src/(experiment|commands|cli)' },
      to: { path: '^src/localcloud', pathNot: '^src/localcloud/(options|process)\\.ts$' },
    },
    {
      name: 'executors-know-performers-alone',
      comment: 'No connection, no request, no scenario: what an iteration is, is not theirs to know.',
      severity: 'error',
      from: { path: '^src/load/executors/' },
      to: { path: '^src/load/(iteration|worker|payloads|transport/(?!exchange/(?:timer-wheel|failure)))' },
    },
    ...ground.map((room) => ({
      name: `${room}-keeps-to-itself`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: reaches(room, []) },
    })),
    ...Object.entries(resourceRooms).map(([room, below]) => ({
      name: `resources-${room}-stands-on-what-is-below`,
      severity: 'error',
      from: { path: `^src/resources/${room}/` },
      to: { path: `^src/resources/(?!(${[room, ...below].join('|')})/)` },
    })),
    ...domains.map((domain) => ({
      name: `${domain}-keeps-to-itself`,
      severity: 'error',
      from: { path: `^src/${domain}/` },
      to: { path: reaches(domain, ground) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
};
