import { redactUrl } from '../../core/redact.ts';
import type { Destination } from '../../load/plan/plan.ts';
import type { FollowedRun } from '../../load/run/run-follower.ts';
import type { StopReason } from '../../load/run/run-state.ts';
import { driveOf } from '../../offered/offered-load.ts';
import { callersOf, pacedRateRps } from '../../offered/simulated-load.ts';
import type { FleetFact, RunFacts } from './live-shape.ts';

/** What a page is told of a run before it begins. */
export function factsOf({
  runId,
  experiment,
  plan,
  workers,
  timeScale,
  request,
  folder,
  watched,
}: FollowedRun): RunFacts {
  return {
    ...{ runId, experiment, workers, timeScale, folder, request },
    destination: destinationWords(plan.destination),
    description: null,
    durationMs: plan.offered.durationMs,
    warmupMs: plan.warmupMs,
    seed: plan.seed,
    // A user of a scenario paces flows, not requests.
    rateOfUserRps: plan.scenario === null ? pacedRateRps(callersOf(driveOf(plan.offered))) : null,
    unit: null,
    fleet: watched
      ? { state: 'waiting', words: 'no instance was seen yet', waitsFor: [] }
      : unwatched(plan.destination),
  };
}

function destinationWords(destination: Destination): string {
  const url = redactUrl(destination.url);
  switch (destination.kind) {
    case 'runtime':
      return `endpoint ${destination.endpointName} through the SageMaker runtime at ${url}`;
    case 'api':
      return `the REST API at ${url}`;
    case 'url':
      return `${destination.method} ${url}`;
  }
}

function unwatched({ kind }: Destination): FleetFact {
  const words =
    kind === 'url'
      ? 'a URL is loaded: nothing is known of instances behind it'
      : 'the instances behind this destination are not watched: they are of another cloud than this experiment';
  return { state: 'none', words, waitsFor: [] };
}

const words: Record<StopReason, string> = {
  duration: 'its time is over',
  requests: 'all requests are sent',
  interrupted: 'it was interrupted',
  asked: 'it was told to stop',
  figures: 'its figures say so',
  'nothing-to-load': 'there is nothing to load',
  'worker-failed': 'a worker has failed',
};

export function stopWords(reason: StopReason, because?: string): string {
  return because === undefined ? words[reason] : `${words[reason]}: ${because}`;
}
