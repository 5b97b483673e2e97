import { unreachable } from '../../../core/events.ts';
import type { MathNode } from './metric-math-parser.ts';

/** One metric over time: period start → value; periods without data are absent. */
export interface TimeSeries {
  label: string;
  periodMs: number;
  points: ReadonlyMap<number, number>;
}

export type MathValue =
  | { kind: 'scalar'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'series'; series: TimeSeries }
  | { kind: 'list'; items: TimeSeries[] };

export interface MathScope {
  /** Value of another query of the request; undefined if there is none of that id. */
  lookUp(id: string): MathValue | undefined;
  /** Every metric (not expression) of the request whose id contains the text. */
  metrics(filter: string): TimeSeries[];
  /** Period starts that FILL fills, for a period. */
  grid(periodMs: number): number[];
}

/** @throws SyntaxError for what an expression may not do, with the reason. */
export function evaluate(node: MathNode, scope: MathScope): MathValue {
  switch (node.kind) {
    case 'number':
      return { kind: 'scalar', value: node.value };
    case 'text':
      return { kind: 'text', value: node.value };
    case 'id': {
      const value = scope.lookUp(node.id);
      if (value) return value;
      // FILL's mode is written as a bare word.
      if (node.id === 'REPEAT') return { kind: 'text', value: node.id };
      throw new SyntaxError(`there is no query with the id "${node.id}"`);
    }
    case 'list':
      return { kind: 'list', items: node.items.flatMap((item) => seriesOf(evaluate(item, scope))) };
    case 'negate':
      return mapValues(evaluate(node.of, scope), (value) => -value);
    case 'binary':
      return combine(evaluate(node.left, scope), evaluate(node.right, scope), operators[node.operator]);
    case 'call':
      return callFunction(
        node.name,
        node.args.map((arg) => evaluate(arg, scope)),
        scope,
      );
    default:
      return unreachable(node);
  }
}

type Numbers = readonly number[];

const operators = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
} satisfies Record<string, (a: number, b: number) => number>;

const aggregations: Record<string, (values: Numbers) => number> = {
  SUM: sum,
  AVG: (values) => sum(values) / values.length,
  MIN: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  MAX: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
};

const pointwise: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

function callFunction(name: string, args: MathValue[], scope: MathScope): MathValue {
  const [first, second] = args;
  if (name === 'METRICS') {
    if (first && first.kind !== 'text') throw new SyntaxError('METRICS takes a text or nothing');
    return { kind: 'list', items: scope.metrics(first?.value ?? '') };
  }
  if (!first) throw new SyntaxError(`${name} wants an argument`);
  const aggregation = Object.hasOwn(aggregations, name) ? aggregations[name] : undefined;
  if (aggregation) return aggregate(first, aggregation, name);
  const transform = Object.hasOwn(pointwise, name) ? pointwise[name] : undefined;
  if (transform) return mapValues(first, transform);
  if (name === 'PERIOD') {
    if (first.kind !== 'series') throw new SyntaxError('PERIOD takes one metric');
    return { kind: 'scalar', value: first.series.periodMs / 1_000 };
  }
  if (name === 'FILL') {
    if (!second) throw new SyntaxError('FILL wants two arguments');
    const filled = seriesOf(first).map((series) => fill(series, second, scope.grid(series.periodMs)));
    return first.kind === 'series' ? { kind: 'series', series: filled[0]! } : { kind: 'list', items: filled };
  }
  throw new SyntaxError(
    `the function ${name} is not available here: use SUM, AVG, MIN, MAX, METRICS, FILL, PERIOD, ABS, CEIL or FLOOR`,
  );
}

/** Over one series: a number. Over several: at each instant, of those that have a value then. */
function aggregate(value: MathValue, of: (values: Numbers) => number, name: string): MathValue {
  if (value.kind === 'series') {
    const values = [...value.series.points.values()];
    return { kind: 'scalar', value: values.length > 0 ? of(values) : 0 };
  }
  if (value.kind !== 'list') throw new SyntaxError(`${name} takes metrics`);
  const at = new Map<number, number[]>();
  for (const { points } of value.items)
    for (const [instant, point] of points) at.set(instant, [...(at.get(instant) ?? []), point]);
  const periodMs = Math.max(0, ...value.items.map((series) => series.periodMs));
  const points = new Map([...at].map(([instant, values]) => [instant, of(values)]));
  return { kind: 'series', series: { label: name, periodMs, points } };
}

function combine(left: MathValue, right: MathValue, operator: (a: number, b: number) => number): MathValue {
  if (left.kind === 'scalar' && right.kind === 'scalar')
    return { kind: 'scalar', value: operator(left.value, right.value) };
  if (right.kind === 'scalar') return mapValues(left, (value) => operator(value, right.value));
  if (left.kind === 'scalar') return mapValues(right, (value) => operator(left.value, value));
  if (left.kind === 'list' && right.kind === 'list')
    throw new SyntaxError('two lists of metrics cannot be combined');
  const items = seriesOf(left).flatMap((a) => seriesOf(right).map((b) => combineSeries(a, b, operator)));
  return left.kind === 'series' && right.kind === 'series'
    ? { kind: 'series', series: items[0]! }
    : { kind: 'list', items };
}

/** Only instants at which both have a value; what is no number (a division by zero) is left out. */
function combineSeries(a: TimeSeries, b: TimeSeries, operator: (a: number, b: number) => number): TimeSeries {
  const points = new Map<number, number>();
  for (const [instant, value] of a.points) {
    const other = b.points.get(instant);
    const result = other === undefined ? Number.NaN : operator(value, other);
    if (Number.isFinite(result)) points.set(instant, result);
  }
  return { label: a.label, periodMs: Math.max(a.periodMs, b.periodMs), points };
}

function mapValues(value: MathValue, change: (value: number) => number): MathValue {
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', value: change(value.value) };
    case 'series':
      return { kind: 'series', series: mapSeries(value.series, change) };
    case 'list':
      return { kind: 'list', items: value.items.map((series) => mapSeries(series, change)) };
    case 'text':
      throw new SyntaxError(`"${value.value}" is text, not a number`);
    default:
      return unreachable(value);
  }
}

function mapSeries(series: TimeSeries, change: (value: number) => number): TimeSeries {
  const changed = [...series.points].map(([instant, value]) => [instant, change(value)] as const);
  return { ...series, points: new Map(changed.filter(([, value]) => Number.isFinite(value))) };
}

function fill(series: TimeSeries, filler: MathValue, grid: readonly number[]): TimeSeries {
  const points = new Map<number, number>();
  let last: number | undefined;
  for (const instant of grid) {
    const known = series.points.get(instant);
    const value = known ?? fillerAt(filler, last);
    if (value !== undefined) points.set(instant, value);
    last = known ?? last;
  }
  return { ...series, points };
}

function fillerAt(filler: MathValue, last: number | undefined): number | undefined {
  if (filler.kind === 'scalar') return filler.value;
  if (filler.kind === 'text' && filler.value === 'REPEAT') return last;
  throw new SyntaxError('FILL fills with a number or REPEAT');
}

function seriesOf(value: MathValue): TimeSeries[] {
  if (value.kind === 'series') return [value.series];
  if (value.kind === 'list') return value.items;
  throw new SyntaxError('a metric is wanted where a plain value stands');
}

function sum(values: Numbers): number {
  return values.reduce((total, value) => total + value, 0);
}
