import { userError } from '../core/errors.ts';
import { parseDurationMs } from '../core/units.ts';

/**
 * What `--expect` asks of a run. `percentile` 100 is the maximum.
 * Limits: latency in µs, errors as a fraction of the requests ended, rate in requests a second.
 */
export type Expectation = { expression: string; operator: '<' | '<=' | '>' | '>='; limit: number } & (
  | { subject: 'percentile'; percentile: number; kind: ExpectedLatencyKind }
  | { subject: 'mean'; kind: ExpectedLatencyKind }
  | { subject: 'max'; kind: ExpectedLatencyKind }
  | { subject: 'errors' }
  | { subject: 'rate' }
);

type ExpectedLatencyKind = 'response' | 'service' | 'firstByte';

const remedy = "write it like 'p99<200ms', 'p99.9(service)<1s', 'mean<50ms', 'errors<1%' or 'rate>450'";

/**
 * `p99<200ms`, `p99.9(service)<1s`, `max<=2s`, `mean(firstByte)<80ms`, `errors<1%`, `rate>450`.
 * Latency without a kind in parentheses is response time: intended start to last byte.
 */
export function parseExpectation(text: string, name = '--expect'): Expectation {
  const expression = text.trim();
  const match =
    /^(p\d{1,2}(?:\.\d+)?|p100|mean|avg|max|errors|rate)(?:\((\w+)\))?\s*(<=|>=|<|>)\s*(\S+)$/.exec(
      expression,
    );
  if (!match) {
    throw userError('bad-expectation', `${name}: "${text}" is not an expectation`, remedy);
  }
  const [, subject = '', kindText, operatorText, limitText = ''] = match;
  const operator = operatorText as Expectation['operator'];
  if (subject === 'errors' || subject === 'rate') {
    if (kindText !== undefined) {
      throw userError(
        'bad-expectation',
        `${name}: "${text}": ${subject} has no latency kind "${kindText}"`,
        remedy,
      );
    }
    return { expression, operator, subject, limit: parsePlainLimit(subject, limitText, text, name) };
  }
  const kind = parseKind(kindText ?? 'response', text, name);
  const limit = parseDurationMs(limitText, name) * 1_000;
  if (subject === 'mean' || subject === 'avg') return { expression, operator, limit, kind, subject: 'mean' };
  if (subject === 'max' || subject === 'p100') return { expression, operator, limit, kind, subject: 'max' };
  const percentile = Number(subject.slice(1));
  // Digits enough make a hundred of 99.999…; `max` asks for that.
  if (percentile <= 0 || percentile >= 100) {
    throw userError(
      'bad-expectation',
      `${name}: "${text}" asks for a percentile that does not exist`,
      remedy,
    );
  }
  return { expression, operator, limit, kind, subject: 'percentile', percentile };
}

/** Whether `observed` (in the limit's unit) meets the expectation. */
export function meetsExpectation(expectation: Expectation, observed: number): boolean {
  switch (expectation.operator) {
    case '<':
      return observed < expectation.limit;
    case '<=':
      return observed <= expectation.limit;
    case '>':
      return observed > expectation.limit;
    case '>=':
      return observed >= expectation.limit;
  }
}

function parseKind(kindText: string, text: string, name: string): ExpectedLatencyKind {
  if (kindText === 'response' || kindText === 'service' || kindText === 'firstByte') return kindText;
  throw userError(
    'bad-expectation',
    `${name}: "${text}" names no latency: "${kindText}"`,
    'name response, service or firstByte in the parentheses',
  );
}

function parsePlainLimit(subject: 'errors' | 'rate', limitText: string, text: string, name: string): number {
  const match = (subject === 'errors' ? /^(\d+(?:\.\d+)?)%$/ : /^(\d+(?:\.\d+)?)(?:\/s)?$/).exec(limitText);
  if (!match) {
    throw userError(
      'bad-expectation',
      `${name}: "${text}": "${limitText}" is not a ${subject === 'errors' ? 'share' : 'rate'}`,
      remedy,
    );
  }
  return subject === 'errors' ? Number(match[1]) / 100 : Number(match[1]);
}
