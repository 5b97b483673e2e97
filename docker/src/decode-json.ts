import { JsonNumber, parseJson } from './json-number.ts';
import { badRequest } from './request-error.ts';
import { boundRows, type Row, type RowContext } from './rows.ts';

/**
 * `{"instances":[…]}`, an array of instances, or one instance by itself (a row, or an object keyed by names).
 * @throws RequestError 400
 */
export function decodeJson(text: string, context: RowContext): Row[] {
  const body = parse(text, 'the body', context);
  if (isObject(body) && 'instances' in body) {
    const { instances } = body;
    if (!Array.isArray(instances)) throw badRequest('"instances" is not an array');
    const other = Object.keys(body).find((key) => key !== 'instances');
    if (other !== undefined) throw badRequest(`unknown member "${other}" beside "instances"`);
    return rows(instances, 'instances');
  }
  if (Array.isArray(body) && nesting(body) > context.rowRank) return rows(body, 'instances');
  // Objects in an array are instances whatever the model's shape.
  if (Array.isArray(body) && isObject(body[0])) return rows(body, 'instances');
  return [{ where: 'instance', value: body, isText: false }];
}

/** One instance a line; blank lines are passed over. @throws RequestError 400 */
export function decodeJsonLines(text: string, context: RowContext): Row[] {
  let count = 0;
  const decoded = text.split('\n').flatMap((line, index): Row[] => {
    if (line.trim() === '') return [];
    boundRows(++count);
    const where = `line ${index + 1}`;
    return [{ where, value: parse(line, where, context), isText: false }];
  });
  return notEmpty(decoded);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

function rows(values: readonly unknown[], name: string): Row[] {
  boundRows(values.length);
  return notEmpty(values.map((value, index) => ({ where: `${name}[${index}]`, value, isText: false })));
}

function notEmpty(decoded: Row[]): Row[] {
  if (decoded.length === 0) throw badRequest('there are no instances in the body');
  return decoded;
}

function parse(text: string, what: string, { takesIntegers }: RowContext): unknown {
  if (text.trim() === '') throw badRequest(`${what} is empty`);
  try {
    return parseJson(text, takesIntegers === true);
  } catch (error) {
    throw badRequest(`${what} is not JSON: ${(error as Error).message.replace(/\s+/g, ' ')}`);
  }
}

/** How deeply arrays are nested, judged by each first element: a ragged array fails later, with its place named. */
function nesting(value: unknown): number {
  let depth = 0;
  for (let inner = value; Array.isArray(inner); inner = inner[0]) depth += 1;
  return depth;
}
