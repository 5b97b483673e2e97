import type { VerbEntry } from './verb.ts';

const experiment = 'An experiment:';
const more = 'Look and try:';
const standIn = 'The stand-in for AWS, for other SDKs:';

/** Every verb there is; what it does is loaded once it is asked for. */
export const verbEntries: readonly VerbEntry[] = [
  {
    name: 'run',
    group: experiment,
    summary: 'the whole experiment: up, load, watch, report, down',
    load: async () => (await import('./run.ts')).runVerb,
  },
  {
    name: 'up',
    group: experiment,
    summary: 'deploy the model with endpoint, autoscaling and REST API',
    load: async () => (await import('./up.ts')).upVerb,
  },
  {
    name: 'load',
    group: experiment,
    summary: 'load the endpoint, measure what callers feel, write a report',
    load: async () => (await import('./load.ts')).loadVerb,
  },
  {
    name: 'dashboard',
    group: experiment,
    summary: 'the live page: start, watch, change and stop loads in a browser',
    load: async () => (await import('./dashboard.ts')).dashboardVerb,
  },
  {
    name: 'watch-scaling',
    group: experiment,
    summary: 'watch instances, alarms, activities and metrics',
    load: async () => (await import('./watch-scaling.ts')).watchScalingVerb,
  },
  {
    name: 'down',
    group: experiment,
    summary: 'remove everything, prove that nothing is left',
    load: async () => (await import('./down.ts')).downVerb,
  },
  {
    name: 'status',
    group: more,
    summary: 'say what is up, and in which state',
    load: async () => (await import('./status.ts')).statusVerb,
  },
  {
    name: 'invoke',
    group: more,
    summary: 'send one request, print the answer',
    load: async () => (await import('./invoke.ts')).invokeVerb,
  },
  {
    name: 'logs',
    group: more,
    summary: 'what the containers and the REST API said',
    load: async () => (await import('./logs.ts')).logsVerb,
  },
  {
    name: 'simulate',
    group: more,
    summary: 'predict instances, latency and cost of a load and a policy',
    load: async () => (await import('./simulate.ts')).simulateVerb,
  },
  {
    name: 'doctor',
    group: more,
    summary: 'check what up needs; find out what load this machine can offer',
    load: async () => (await import('./doctor.ts')).doctorVerb,
  },
  {
    name: 'local',
    group: standIn,
    summary: 'start or stop the stand-in alone',
    children: [
      {
        name: 'start',
        group: 'Commands:',
        summary: 'start the stand-in in the background, print its AWS_ENDPOINT_URL',
        load: async () => (await import('./local-start.ts')).localStartVerb,
      },
      {
        name: 'stop',
        group: 'Commands:',
        summary: 'stop the stand-in that `local start` started',
        load: async () => (await import('./local-stop.ts')).localStopVerb,
      },
    ],
  },
  {
    name: 'completion',
    group: 'In your shell:',
    summary: 'print a script that completes verbs, flags and values on Tab',
    children: (['bash', 'zsh', 'fish'] as const).map((shell) => ({
      name: shell,
      group: 'Commands:',
      summary: `for ${shell}; \`mlbench completion ${shell} --help\` says where it goes`,
      load: async () => (await import('./completion.ts')).completionVerb(shell),
    })),
  },
];
