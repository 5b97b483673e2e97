import { ServiceError } from '../service/operation.ts';

type Node = Map<string, Node> | string;

/** Deeper input than any operation has. */
const maxDepth = 24;

/**
 * `A.member.1.B=x&C.entry.1.key=k&C.entry.1.value=v` → `{ A: [{ B: 'x' }], C: { k: 'v' } }`. Every leaf is text; the
 * fields of an operation's schema make numbers and dates of it.
 * @throws ServiceError MalformedQueryString
 */
export function parseQueryParameters(parameters: Iterable<[string, string]>): Record<string, unknown> {
  const root = new Map<string, Node>();
  for (const [name, value] of parameters) insert(root, name.split('.'), value, name);
  return Object.fromEntries([...root].map(([name, node]) => [name, toPlain(node)]));
}

function insert(root: Map<string, Node>, path: string[], value: string, name: string): void {
  if (path.length > maxDepth || path.includes('')) throw malformed(name);
  let at = root;
  for (const step of path.slice(0, -1)) {
    const next = at.get(step) ?? new Map<string, Node>();
    if (typeof next === 'string') throw malformed(name);
    at.set(step, next);
    at = next;
  }
  const last = path.at(-1)!;
  if (at.get(last) instanceof Map) throw malformed(name);
  at.set(last, value);
}

function toPlain(node: Node): unknown {
  if (typeof node === 'string') return node;
  const members = node.get('member');
  if (node.size === 1 && members instanceof Map && isNumbered(members)) return numbered(members).map(toPlain);
  const entries = node.get('entry');
  if (node.size === 1 && entries instanceof Map && isNumbered(entries))
    return Object.fromEntries(
      numbered(entries).map((entry) => {
        const pair = entry instanceof Map ? entry : new Map<string, Node>();
        return [String(toPlain(pair.get('key') ?? '')), toPlain(pair.get('value') ?? '')];
      }),
    );
  return Object.fromEntries([...node].map(([name, child]) => [name, toPlain(child)]));
}

function isNumbered(node: Map<string, Node>): boolean {
  return [...node.keys()].every((key) => /^\d{1,9}$/.test(key));
}

/** In order of their numbers; gaps close. */
function numbered(node: Map<string, Node>): Node[] {
  return [...node].sort((a, b) => Number(a[0]) - Number(b[0])).map(([, child]) => child);
}

function malformed(name: string): ServiceError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return new ServiceError('MalformedQueryString', `The query string parameter "${shown}" is malformed.`);
}
