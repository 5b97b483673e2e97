/**
 * CloudWatch's metric math, as far as it is spoken here, as a tree:
 *
 *   sum     = product (("+" | "-") product)*
 *   product = power (("*" | "/") power)*
 *   power   = unary ("^" power)?
 *   unary   = "-" unary | primary
 *   primary = number | text | id | NAME "(" sum,* ")" | "(" sum ")" | "[" sum,* "]"
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export type MathNode =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'id'; id: string }
  | { kind: 'list'; items: MathNode[] }
  | { kind: 'call'; name: string; args: MathNode[] }
  | { kind: 'negate'; of: MathNode }
  | { kind: 'binary'; operator: '+' | '-' | '*' | '/' | '^'; left: MathNode; right: MathNode };

/** Deeper nesting than any expression of 2,048 characters has use for; bounds the recursion. */
const maxDepth = 100;

/** @throws SyntaxError naming what is not understood. */
export function parseMath(expression: string): MathNode {
  const tokens = tokenise(expression);
  let at = 0;
  let depth = 0;

  const next = () => tokens[at];
  const take = (wanted: string) => {
    if (next() !== wanted) throw new SyntaxError(`expected "${wanted}" but found ${shown(next())}`);
    at++;
  };

  function binary(operand: () => MathNode, operators: readonly string[]): MathNode {
    let left = operand();
    for (let operator = next(); operator !== undefined && operators.includes(operator); operator = next()) {
      at++;
      left = { kind: 'binary', operator: operator as '+', left, right: operand() };
    }
    return left;
  }

  const sum = (): MathNode => binary(product, ['+', '-']);
  const product = (): MathNode => binary(power, ['*', '/']);

  function power(): MathNode {
    const left = unary();
    if (next() !== '^') return left;
    at++;
    return { kind: 'binary', operator: '^', left, right: nested(power) };
  }

  function unary(): MathNode {
    if (next() !== '-') return primary();
    at++;
    return { kind: 'negate', of: nested(unary) };
  }

  function primary(): MathNode {
    const token = next();
    at++;
    if (token === undefined) throw new SyntaxError('it ends too early');
    if (token === '(') {
      const inner = nested(sum);
      take(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', items: sequence(']') };
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
    if (/^["']/.test(token)) return { kind: 'text', value: token.slice(1, -1) };
    if (!/^[A-Za-z]/.test(token)) throw new SyntaxError(`${shown(token)} is not expected there`);
    if (next() !== '(') return { kind: 'id', id: token };
    at++;
    return { kind: 'call', name: token.toUpperCase(), args: sequence(')') };
  }

  function sequence(end: string): MathNode[] {
    const items: MathNode[] = [];
    while (next() !== end) {
      if (items.length > 0) take(',');
      items.push(nested(sum));
    }
    take(end);
    return items;
  }

  function nested(parse: () => MathNode): MathNode {
    if (++depth > maxDepth) throw new SyntaxError('it is nested too deeply');
    const node = parse();
    depth--;
    return node;
  }

  const tree = sum();
  if (at < tokens.length) throw new SyntaxError(`${shown(next())} is not expected there`);
  return tree;
}

const token = /\s*((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z]\w*|"[^"]*"|'[^']*'|[-+*/^()[\],])/y;

function tokenise(expression: string): string[] {
  const tokens: string[] = [];
  const text = expression.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new SyntaxError(`"${text.slice(from).trim().slice(0, 20)}" is not understood`);
    tokens.push(match[1]!);
  }
  return tokens;
}

function shown(token: string | undefined): string {
  return token === undefined ? 'the end' : `"${token}"`;
}
