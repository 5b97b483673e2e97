import { basename } from 'node:path';
import { type ContentFile, type ContentPlaces, type ContentRef, openContent } from '../core/content.ts';
import { formatDurationMs } from '../core/units.ts';
import { checkTracePayloads, openTrace, scanTrace } from './arrivals/trace-arrivals.ts';
import { checkLength, sendsNothing } from './levels/bounds.ts';
import type { FlaggedLoad, LoadModel } from './load-model.ts';

/** Arrivals at the instants that a file names. */
export interface TraceLoad {
  model: 'trace';
  /** Its name without its folder; in records of older versions its absolute path. */
  file: string;
  /** What identifies the file; absent in records of older versions. */
  content?: ContentRef;
  /** Arrivals before the end. */
  arrivals: number;
  durationMs: number;
  /** The load ends before the file does. */
  cut?: true;
}

export const traceModel: LoadModel<TraceLoad> = {
  model: 'trace',
  schema: (zod) =>
    zod.object({
      model: zod.literal('trace'),
      file: zod.string(),
      content: zod
        .object({ sha256: zod.string(), sizeBytes: zod.number().nonnegative(), name: zod.string() })
        .exactOptional(),
      arrivals: zod.number().nonnegative(),
      durationMs: zod.number().nonnegative(),
      cut: zod.literal(true).exactOptional(),
    }),
  namedBy: 'traceFile',
  outOfPlace: {
    flags: ['stages', 'arrivals', 'ramp', 'wait'],
    why: '--trace says when each request starts',
  },
  fromFlags: ({ traceFile = '', durationMs }) => traceOf(traceFile, durationMs),
  check({ arrivals, durationMs }) {
    if (arrivals === 0)
      throw sendsNothing(`the trace's first arrival comes after ${formatDurationMs(durationMs)}`);
    checkLength(durationMs);
  },
  describe: ({ arrivals, file }) =>
    `${arrivals} ${arrivals === 1 ? 'arrival' : 'arrivals'} of the trace ${basename(file)}`,
  sender: () => 'Arrivals',
  expectedRate({ arrivals, durationMs }) {
    const meanRps = (arrivals * 1_000) / durationMs;
    const isOnce = arrivals === 1 || durationMs <= 1;
    return { meanRps, peakRps: null, varies: true, isCeiling: false, ...(isOnce ? { atOnce: true } : {}) };
  },
  steadyFromMs: () => 0,
  drive(load) {
    return {
      drivenBy: 'arrivals',
      rate: null,
      spacing: 'constant',
      finite: true,
      mostLateMs: load.cut === true ? 0 : mostLateMs + load.arrivals * mostMsEach,
      open: ({ maxRequests }, stripe, places) =>
        openTrace(fileOf(load, places), { endMs: load.durationMs, maxRequests }, stripe),
    };
  },
  checkPayloads: (load, records, places) => checkTracePayloads(fileOf(load, places), records),
  steering: { refusal: 'a trace says when each request starts, and is what it is' },
};

/** Ends with its last arrival, or cut off by `--duration`. */
function traceOf(file: string, durationMs = Number.POSITIVE_INFINITY): FlaggedLoad<TraceLoad> {
  const { content, path, arrivals, lastMs } = scanTrace(file, durationMs);
  const wholeMs = Math.floor(lastMs) + 1;
  const load: TraceLoad = {
    model: 'trace',
    file: content.name,
    content,
    arrivals,
    durationMs: Math.min(wholeMs, durationMs),
    ...(durationMs <= lastMs ? { cut: true } : {}),
  };
  return { load, places: { [content.sha256]: { path } } };
}

/** @throws Error for a load of an old record, which nobody can send again, or one whose file is not here */
function fileOf({ content, file }: TraceLoad, places: ContentPlaces): ContentFile {
  if (content === undefined) throw new Error(`nothing but its name is known of the trace ${file}`);
  return openContent(places, content);
}

/** A generator that gets through fewer than 1,000 arrivals a second is not slow, it stands still. */
const mostMsEach = 1;
const mostLateMs = 60_000;
