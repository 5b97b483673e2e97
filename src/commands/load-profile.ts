import { resolve } from 'node:path';
import { scanTrace } from '../load/arrivals/trace-arrivals.ts';
import { stagesDurationMs } from '../load/level.ts';
import type { ClosedProfile, LoadProfile, OpenProfile, TraceProfile } from '../load/profile.ts';
import { defaultLoadOptions, type LoadOptions } from './load-options.ts';

/**
 * The profile that the options describe: a trace's; arrivals where there is a rate, or stages without users; else users.
 * @throws MlbenchError for a trace that cannot be read
 */
export function profileOf(options: LoadOptions): LoadProfile {
  if (options.traceFile !== undefined) return traceProfile(options.traceFile, options.durationMs);
  if (isOpen(options)) return openProfile(options);
  return closedProfile(options);
}

function isOpen({ rateRps, stages, users }: LoadOptions): boolean {
  return rateRps !== undefined || (stages !== undefined && users === undefined);
}

/** Cut off by `--duration`. */
function traceProfile(file: string, durationMs: number | undefined): TraceProfile {
  const trace = scanTrace(resolve(file));
  return { ...trace, durationMs: Math.min(trace.durationMs, durationMs ?? Number.POSITIVE_INFINITY) };
}

function openProfile({ rateRps = 0, arrivals, stages, durationMs, maxRequests }: LoadOptions): OpenProfile {
  const shared = { model: 'open', arrivals: arrivals ?? defaultLoadOptions.arrivals, rateRps } as const;
  if (stages !== undefined) return { ...shared, stages, durationMs: stagesDurationMs(stages) };
  return { ...shared, durationMs: durationMs ?? durationFor(maxRequests, rateRps) };
}

/** A number of requests without a duration: as long as they take, ten standard deviations of a Poisson process included. */
function durationFor(maxRequests: number | undefined, rateRps: number): number {
  if (maxRequests === undefined) return defaultLoadOptions.durationMs;
  return Math.ceil(((maxRequests + 10 * Math.sqrt(maxRequests)) * 1_000) / rateRps);
}

function closedProfile(options: LoadOptions): ClosedProfile {
  const { stages } = options;
  const durationMs = stages
    ? stagesDurationMs(stages)
    : (options.durationMs ?? defaultLoadOptions.durationMs);
  return {
    model: 'closed',
    users: options.users ?? defaultLoadOptions.users,
    ramp: options.ramp ?? { kind: 'over', durationMs: stages ? 0 : Math.min(30_000, durationMs / 10) },
    wait: options.wait ?? defaultLoadOptions.wait,
    ...(stages ? { stages } : {}),
    durationMs,
  };
}
