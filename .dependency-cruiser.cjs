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
const ground = ['offered', 'record', 'catalog'];
const allowedEdges = {
  record: ['offered'], // a run's record says what was offered
  localcloud: ['scaling', 'image'], // the stand-in drives the scaling engine, and runs containers by the engine that image/ found
  report: ['load', 'scaling'], // the report draws a run's result and its timeline
  observe: ['scaling', 'resources'], // the observer turns what SDK clients say into timeline events
};
const reaches = (room, rooms) => `^src/(?!core|${[room, ...rooms, ...(allowedEdges[room] ?? [])].join('|')})`;

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
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
      name: 'nothing-below-the-targets-knows-one',
      severity: 'error',
      from: { path: '^src/experiment/(policies|settings|cost|stack|checks)/' },
      to: { path: '^src/experiment/(aws/|local/|endpoints/|targets\\.ts$)' },
    },
    {
      name: 'targets-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/experiment/(aws|local)/' },
      to: { path: '^src/experiment/(aws|local)/', pathNot: '^src/experiment/$1/' },
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
    ...ground.map((room) => ({
      name: `${room}-keeps-to-itself`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: reaches(room, []) },
    })),
    ...domains.map((domain) => ({
      name: `${domain}-keeps-to-itself`,
      severity: 'error',
      from: { path: `^src/${domain}/` },
      to: {
        path: reaches(domain, ground),
        // result.json carries what became of a scale-out: a type alone, no code.
        ...(domain === 'load' ? { pathNot: '^src/scaling/scale-out-delay\\.ts$' } : {}),
      },
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
