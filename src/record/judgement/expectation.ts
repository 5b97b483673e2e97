import { userError } from '../../core/errors.ts';
import { parseDurationMs, parseLatencyMs } from '../../core/units.ts';
import type { Expectation, ExpectedLatency } from '../schemas/expectation-schema.ts';

const remedy = "write it like 'p99<200ms', 'p99.9(service)<1s', 'mean<50ms', 'errors<1%' or 'rate>450'";

/**
 * `p99<200ms`, `p99.9(service)<1s`, `max<=2s`, `mean(firstByte)<80ms`, `errors<1%`, `rate>450`. Latency without a kind
 * in parentheses is response time: intended start to last byte. A limit of a latency or of errors has a unit: `p99<200`
 * was 200 seconds once, and nobody had meant that.
 * @throws MlbenchError `bad-expectation`, `bad-duration` (exit code 2)
 */
export function parseExpectation(text: string, name = '--expect'): Expectation {
  return readExpectation(text, name, parseLatencyMs);
}

/**
 * The text of a record that holds nothing else, from a version for which a bare number was seconds.
 * @throws MlbenchError `bad-expectation`, `bad-duration`
 */
export function parseRecordedExpectation(text: string, name: string): Expectation {
  return readExpectation(text, name, parseDurationMs);
}

function readExpectation(
  text: string,
  name: string,
  readMs: (text: string, name: string) => number,
): Expectation {
  const expression = text.trim();
  const match =
    /^(p\d{1,2}(?:\.\d+)?|p100|mean|avg|max|errors|rate)(?:\((\w+)\))?\s*(<=|>=|<|>)\s*(\S+)$/.exec(
      expression,
    );
  if (!match) throw userError('bad-expectation', `${name}: "${text}" is not an expectation`, remedy);
  const [, subject = '', latencyText, comparisonText, valueText = ''] = match;
  const shared = { expression, comparison: comparisonText as Expectation['comparison'] };
  if (subject === 'errors' || subject === 'rate') {
    if (latencyText !== undefined) {
      throw userError(
        'bad-expectation',
        `${name}: "${text}": ${subject} has no latency kind "${latencyText}"`,
        remedy,
      );
    }
    const value = parsePlainValue(subject, valueText, text, name);
    return subject === 'errors'
      ? { ...shared, quantity: 'errors', value, unit: 'share' }
      : { ...shared, quantity: 'rate', value, unit: 'rps' };
  }
  const latency = parseLatency(latencyText ?? 'response', text, name);
  const times = { ...shared, latency, value: readMs(valueText, name) * 1_000, unit: 'us' } as const;
  if (subject === 'mean' || subject === 'avg') return { ...times, quantity: 'mean' };
  if (subject === 'max' || subject === 'p100') return { ...times, quantity: 'max' };
  const percentile = Number(subject.slice(1));
  // Digits enough make a hundred of 99.999…; `max` asks for that.
  if (percentile <= 0 || percentile >= 100) {
    throw userError(
      'bad-expectation',
      `${name}: "${text}" asks for a percentile that does not exist`,
      remedy,
    );
  }
  return { ...times, quantity: 'percentile', percentile };
}

/** An expectation that nobody wrote, with the expression that means it. */
export function makeExpectation(data: UnwrittenExpectation): Expectation {
  const { comparison, value } = data;
  switch (data.quantity) {
    case 'percentile':
    case 'mean':
    case 'max': {
      const name = data.quantity === 'percentile' ? `p${data.percentile}` : data.quantity;
      const kind = data.latency === 'response' ? '' : `(${data.latency})`;
      return { ...data, expression: `${name}${kind}${comparison}${plainNumber(value / 1_000)}ms` };
    }
    case 'errors':
      return { ...data, expression: `errors${comparison}${plainNumber(value * 100)}%` };
    case 'rate':
      return { ...data, expression: `rate${comparison}${plainNumber(value)}` };
  }
}

/** Distributed over the union, so that each member keeps its own fields. */
type UnwrittenExpectation = Expectation extends infer Each
  ? Each extends Expectation
    ? Omit<Each, 'expression'>
    : never
  : never;

/** Whether `observed`, in the expectation's unit, meets it. */
export function meetsExpectation({ comparison, value }: Expectation, observed: number): boolean {
  switch (comparison) {
    case '<':
      return observed < value;
    case '<=':
      return observed <= value;
    case '>':
      return observed > value;
    case '>=':
      return observed >= value;
  }
}

/** Whether more of the quantity is worse. */
export function isUpperBound({ comparison }: Pick<Expectation, 'comparison'>): boolean {
  return comparison === '<' || comparison === '<=';
}

function parseLatency(latencyText: string, text: string, name: string): ExpectedLatency {
  if (latencyText === 'response' || latencyText === 'service' || latencyText === 'firstByte')
    return latencyText;
  throw userError(
    'bad-expectation',
    `${name}: "${text}" names no latency: "${latencyText}"`,
    'name response, service or firstByte in the parentheses',
  );
}

/** No share of errors, whatever its unit. */
const nothing = /^0+(\.0+)?$/;

function parsePlainValue(subject: 'errors' | 'rate', valueText: string, text: string, name: string): number {
  if (subject === 'errors' && nothing.test(valueText)) return 0;
  const match = (subject === 'errors' ? /^(\d+(?:\.\d+)?)%$/ : /^(\d+(?:\.\d+)?)(?:\/s)?$/).exec(valueText);
  if (!match && subject === 'errors' && /^\d+(\.\d+)?$/.test(valueText)) {
    const share = plainNumber(Number(valueText) * 100);
    throw userError(
      'bad-expectation',
      `${name}: "${text}": "${valueText}" has no unit: ${valueText}% or ${share}%?`,
      `write ${valueText}% or ${share}%`,
    );
  }
  if (!match) {
    throw userError(
      'bad-expectation',
      `${name}: "${text}": "${valueText}" is not a ${subject === 'errors' ? 'share' : 'rate'}`,
      remedy,
    );
  }
  return subject === 'errors' ? Number(match[1]) / 100 : Number(match[1]);
}

/** Without an exponent and without the noise of binary arithmetic, which the grammar does not know. */
function plainNumber(value: number): string {
  return String(Number(value.toFixed(9)));
}
