import { type MlbenchError, userError } from '../core/errors.ts';
import { parseDurationMs } from '../core/units.ts';
import type { Ramp, Stage, Wait } from './profile.ts';

/**
 * The load flags' own little languages, as typed on the command line or in the config file. Each parser echoes what it
 * could not read and says how to write it.
 */

/** `10` → ten users started per second (locust's spawn rate); `30s` → the start spread over 30 seconds. */
export function parseRamp(text: string, name = '--ramp'): Ramp {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const usersPerSecond = Number(trimmed);
    if (usersPerSecond <= 0) {
      throw userError(
        'bad-ramp',
        `${name}: ${text} users per second would never start one`,
        `write users per second like 10, or a time like 30s`,
      );
    }
    return { kind: 'usersPerSecond', usersPerSecond };
  }
  try {
    return { kind: 'over', durationMs: parseDurationMs(trimmed, name) };
  } catch (error) {
    throw userError(
      'bad-ramp',
      `${name}: "${text}" is neither users per second nor a time`,
      `write users per second like 10, or a time like 30s`,
      error,
    );
  }
}

const waitRemedy = 'write none, constant:1s, between:1s,3s, pacing:1s or throughput:2';

/** `none | constant:1s | between:1s,3s | pacing:1s | throughput:2` (requests a second a user). */
export function parseWait(text: string, name = '--wait'): Wait {
  const [kind = '', argument] = splitOnce(text.trim(), ':');
  if (kind === 'none' && argument === undefined) return { kind: 'none' };
  if (argument === undefined || argument === '') throw badWait(name, text, 'is not a wait');
  switch (kind) {
    case 'constant':
      return { kind: 'constant', waitMs: parseDurationMs(argument, name) };
    case 'between': {
      const [low = '', high] = splitOnce(argument, ',');
      if (high === undefined) throw badWait(name, text, 'needs two times');
      const lowMs = parseDurationMs(low, name);
      const highMs = parseDurationMs(high, name);
      if (lowMs > highMs) throw badWait(name, text, 'has its longer time first');
      return { kind: 'between', lowMs, highMs };
    }
    case 'pacing': {
      const periodMs = parseDurationMs(argument, name);
      if (periodMs <= 0) throw badWait(name, text, 'has no period; to send without a pause write none');
      return { kind: 'pacing', periodMs };
    }
    case 'throughput': {
      const rateRps = /^\d+(\.\d+)?$/.test(argument) ? Number(argument) : 0;
      if (rateRps <= 0) {
        throw badWait(name, text, 'needs requests per second and user above zero');
      }
      return { kind: 'throughput', rateRps };
    }
    default:
      throw badWait(name, text, 'is not a wait');
  }
}

/** `1m:100,5m:1000,1m:0`: in each stage, linearly to its level of users or arrivals a second. A stage of `0s` is a jump. */
export function parseStages(text: string, name = '--stages'): Stage[] {
  const remedy = 'write stages like 1m:100,5m:1000,1m:0: in 1m to 100, in 5m to 1000, in 1m to 0';
  const stages = text.split(',').map((part) => {
    const [duration, level] = splitOnce(part.trim(), ':');
    if (duration === '' || level === undefined)
      throw userError('bad-stages', `${name}: "${part.trim()}" is not a stage`, remedy);
    if (!/^\d+(\.\d+)?$/.test(level.trim()))
      throw userError('bad-stages', `${name}: "${part.trim()}" has no level of 0 or more`, remedy);
    return { durationMs: parseDurationMs(duration, name), level: Number(level) };
  });
  if (stages.every(({ durationMs }) => durationMs === 0))
    throw userError('bad-stages', `${name}: "${text}" takes no time`, remedy);
  return stages;
}

/** `auto`, or how many worker threads. */
export function parseWorkers(text: string, name = '--workers'): number | 'auto' {
  if (text.trim() === 'auto') return 'auto';
  const workers = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (workers >= 1 && workers <= mostWorkers) return workers;
  throw userError(
    'bad-workers',
    `${name}: "${text}" is neither auto nor a number of threads`,
    `write auto, or a whole number from 1 to ${mostWorkers}`,
  );
}

function badWait(name: string, text: string, why: string): MlbenchError {
  return userError('bad-wait', `${name}: "${text}" ${why}`, waitRemedy);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

const mostWorkers = 256;
