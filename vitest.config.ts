import { defineConfig } from 'vitest/config';

// Seconds each, in real processes: with the end-to-end tests, not with `npm run check`.
const realProcesses = [
  'test/e2e/**/*.test.ts',
  'test/api/process.test.ts',
  'test/cli/{process,pseudo-terminal}.test.ts',
  'test/commands/{experiment,kill,other-endpoint,sample-request,up-plan}.test.ts',
  'test/core/background/{background-process,run-bounded}.test.ts',
  'test/docker/serve.test.ts',
  'test/load/run/{run-load,nothing-to-load,redirects}.test.ts',
  'test/load/iteration/scenario/scenario.test.ts',
  'test/localcloud/{endpoint-life,process}.test.ts',
  'test/localcloud/runtime/invocations.test.ts',
];

const shared = { environment: 'node' as const };

export default defineConfig({
  test: {
    // Here and not with the projects: once, however many of them run.
    globalSetup: ['test/setup/build.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // One module graph a thread: less than half the CPU time of a fresh one a file. Tests own their clocks, seeds and folders,
          // and leave nothing in modules.
          pool: 'threads',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [
            ...realProcesses,
            'test/{conformance,browser,container,disk,models,shells,second-user}/**',
          ],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        // The real command line in real processes. Its tests mostly wait for them: four files at a time keep two cores busy.
        test: {
          ...shared,
          name: 'e2e',
          include: realProcesses,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Needs root, or a system that lets users have namespaces: for file systems that are really full.
        test: {
          ...shared,
          name: 'disk',
          include: ['test/disk/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Needs a container engine that the `docker` command reaches.
        test: {
          ...shared,
          name: 'image',
          include: ['test/container/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // The real bash, zsh and fish, which must be installed.
        test: {
          ...shared,
          name: 'shells',
          include: ['test/shells/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Needs root, for a process of another user's, and a container engine that the `docker` command reaches.
        test: {
          ...shared,
          name: 'second-user',
          include: ['test/second-user/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          exclude: ['test/conformance/{aws,live}/**'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // What frameworks export, made by the frameworks: needs Python, and Debian's PyTorch.
        test: {
          ...shared,
          name: 'models',
          include: ['test/models/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          // Each test of a model is a process that starts: a few at a time keep two cores busy.
          maxConcurrency: 4,
          fileParallelism: false,
        },
      },
      {
        // The AWS target against moto, another party's AWS; of kills and faults a seeded sample.
        test: {
          ...shared,
          name: 'aws',
          include: ['test/conformance/aws/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          // A moto and a folder each; two at a time keep two cores busy.
          maxWorkers: 2,
        },
      },
      {
        // A real account, real time, real money: docs/aws.md.
        test: {
          ...shared,
          name: 'live',
          include: ['test/conformance/live/*.test.ts'],
          testTimeout: 7_200_000,
          hookTimeout: 3_600_000,
        },
      },
      {
        // Every kill and every fault at every call; with MLBENCH_TEST_FAULTS=1/8 an eighth of them.
        test: {
          ...shared,
          name: 'faults',
          include: ['test/conformance/aws/matrix/*.test.ts'],
          env: { MLBENCH_TEST_FAULTS: process.env['MLBENCH_TEST_FAULTS'] ?? 'all' },
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
