import { userError } from '../errors.ts';
import { hideUserinfo } from '../redact.ts';
import { nearest } from '../suggestion.ts';
import { formatDurationMs, parseDurationMs, parseLatencyMs, readNumber } from '../units.ts';
import type { Parser } from './parser.ts';
import { respellNumber } from './respell-number.ts';

/**
 * Makers of parsers for option values: each refuses a bad value in one line with the value, the reason and the remedy.
 */

/** A whole number within [least, most]. `noun` is what is counted: `users`. */
export function wholeNumber(least: number, most: number, noun: string): Parser<number> {
  return (text, name) => {
    const value = parseNumber(text, name);
    if (!Number.isInteger(value))
      throw userError(
        'bad-number',
        `${name}: ${text} is not a whole number`,
        `pass whole ${noun}, such as ${least}`,
      );
    return within(value, least, most, text, name, noun);
  };
}

export function anyNumber(): Parser<number> {
  return parseNumber;
}

/** Any number above zero. */
export function positiveNumber(noun: string): Parser<number> {
  return (text, name) => {
    const value = parseNumber(text, name);
    if (value > 0) return value;
    throw userError('bad-number', `${name}: ${text} is not more than 0`, `pass ${noun} above 0`);
  };
}

export function number(least: number, most: number, noun: string): Parser<number> {
  return (text, name) => within(parseNumber(text, name), least, most, text, name, noun);
}

/** Milliseconds, at least `leastMs`; a bare number is seconds. */
export function duration(leastMs = 0): Parser<number> {
  return durationReadBy(parseDurationMs, leastMs);
}

/**
 * Milliseconds, at least `leastMs`, of what a request may take: a bare number could be read in two ways, and is
 * refused.
 */
export function latency(leastMs: number): Parser<number> {
  return durationReadBy(parseLatencyMs, leastMs);
}

function durationReadBy(read: (text: string, name: string) => number, leastMs: number): Parser<number> {
  return (text, name) => {
    const trimmed = text.trim();
    if (/^-/.test(trimmed))
      throw userError(
        'bad-duration',
        `${name}: "${text}" is negative`,
        'write it like 250ms, 20s, 3m or 1h20m',
      );
    const valueMs = read(text, name);
    if (valueMs >= leastMs) return valueMs;
    const least = leastMs <= 1 ? 'more than 0' : `${formatDurationMs(leastMs)} or more`;
    throw userError(
      'bad-duration',
      `${name}: ${text} is too short`,
      `pass ${least}, such as ${formatDurationMs(Math.max(30_000, 2 * leastMs))}`,
    );
  };
}

/** Whole seconds, as AWS takes cooldowns; a bare number is seconds. */
export function wholeSeconds(): Parser<number> {
  const parse = duration();
  return (text, name) => {
    const seconds = parse(text, name) / 1_000;
    if (Number.isInteger(seconds)) return seconds;
    throw userError(
      'bad-duration',
      `${name}: ${text} is not a whole number of seconds`,
      'AWS takes whole seconds, such as 60s',
    );
  };
}

export function port(): Parser<number> {
  return (text, name) => {
    const value = readNumber(text);
    if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
    const respelt = value === undefined ? respellNumber(text) : undefined;
    throw userError(
      'bad-port',
      `${name}: ${text} is not a port`,
      respelt === undefined ? 'pass 0 to 65535; 0 lets the system choose' : `write ${respelt}`,
    );
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Parser<Choice> {
  const parse = (text: string, name: string) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    const near = nearest(text, choices);
    throw userError(
      'bad-choice',
      `${name}: "${text}" is not one of ${choices.join(', ')}`,
      near === undefined ? `pass ${choices.join(' or ')}` : `did you mean ${near}?`,
    );
  };
  return Object.assign(parse, { choices });
}

/** Several of a few words, with commas between. */
export function someOf<const Choice extends string>(choices: readonly Choice[]): Parser<Choice[]> {
  const one = oneOf(choices);
  const parse = (text: string, name: string) => text.split(',').map((part) => one(part.trim(), name));
  return Object.assign(parse, { choices });
}

/** Epoch milliseconds of an ISO 8601 time; without a zone it is UTC. */
export function instant(): Parser<number> {
  return (text, name) => {
    const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text.trim());
    const ms = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
    throw userError(
      'bad-time',
      `${name}: "${text}" is not a time`,
      'write it like 2026-11-22T06:30:00Z or 2026-11-22T06:30+01:00',
    );
  };
}

/** Text that must match `pattern`; `rule` says in words what it wants. */
export function matching(pattern: RegExp, what: string, rule: string): Parser<string> {
  return (text, name) => {
    if (pattern.test(text)) return text;
    throw userError('bad-value', `${name}: "${text}" is not ${what}`, rule);
  };
}

export function nonEmpty(what: string): Parser<string> {
  return (text, name) => {
    if (text.trim() !== '') return text;
    throw userError('bad-value', `${name}: ${what} is empty`, `pass ${what}, or leave ${name} out`);
  };
}

export function url(): Parser<string> {
  return (text, name) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return text;
    throw userError(
      'bad-url',
      `${name}: "${hideUserinfo(text)}" is not an http or https URL`,
      'write it like http://127.0.0.1:8080/evaluate',
    );
  };
}

/** A name or address, with a port or without. */
export function hostName(): Parser<string> {
  return matching(
    /^(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?$/,
    'a host',
    'write it like host.docker.internal, 172.17.0.1:4566 or [fd00::1]',
  );
}

/** Where web pages come from, as browsers write it; `*` is everywhere. */
export function origin(): Parser<string> {
  return (text, name) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (text === '*') return text;
    if (parsed !== undefined && parsed.origin !== 'null') {
      const isWhole =
        parsed.pathname === '/' && parsed.search === '' && parsed.hash === '' && parsed.username === '';
      if (isWhole) return parsed.origin;
    }
    throw userError(
      'bad-origin',
      `${name}: "${hideUserinfo(text)}" is not the origin of a web page`,
      "write it like http://localhost:3000, or '*' for every page",
    );
  };
}

/**
 * The value of an option that means `bare` without one. What a switch is set with does as well, but for numbers, which
 * are values: null is off.
 */
export function parseOptional<Value>(
  text: string,
  name: string,
  parse: Parser<Value>,
  bare: string,
): Value | null {
  const word = text.toLowerCase();
  if (['false', 'no', 'off'].includes(word)) return null;
  return parse(['true', 'yes', 'on'].includes(word) ? bare : text, name);
}

/** `true`, `1`, `yes` and their opposites: what variables and the config file say for a switch. */
export function parseSwitch(texts: readonly string[], name: string): boolean {
  const text = (texts.at(-1) ?? '').toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off', ''].includes(text)) return false;
  throw userError('bad-switch', `${name}: "${text}" is neither true nor false`, 'pass true or false');
}

function parseNumber(text: string, name: string): number {
  const value = readNumber(text);
  if (value !== undefined) return value;
  const respelt = respellNumber(text);
  throw userError(
    'bad-number',
    `${name}: "${text}" is not a number`,
    respelt === undefined ? 'pass a number, such as 10' : `write ${respelt}`,
  );
}

function within(
  value: number,
  least: number,
  most: number,
  text: string,
  name: string,
  noun: string,
): number {
  if (value >= least && value <= most) return value;
  const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
  throw userError('out-of-range', `${name}: ${text} is out of range`, `pass ${range} ${noun}`.trim());
}
