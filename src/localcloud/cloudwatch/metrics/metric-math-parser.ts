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
  return new MathParser(tokenise(expression)).parse();
}

class MathParser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): MathNode {
    const tree = this.#sum();
    if (this.#at < this.#tokens.length) throw new SyntaxError(`${shown(this.#next())} is not expected there`);
    return tree;
  }

  #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(wanted: string): void {
    if (this.#next() !== wanted)
      throw new SyntaxError(`expected "${wanted}" but found ${shown(this.#next())}`);
    this.#at++;
  }

  #sum(): MathNode {
    return this.#binary(() => this.#product(), ['+', '-']);
  }

  #product(): MathNode {
    return this.#binary(() => this.#power(), ['*', '/']);
  }

  #binary(operand: () => MathNode, operators: readonly string[]): MathNode {
    let left = operand();
    for (;;) {
      const operator = this.#next();
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      left = { kind: 'binary', operator: operator as '+', left, right: operand() };
    }
  }

  #power(): MathNode {
    const left = this.#unary();
    if (this.#next() !== '^') return left;
    this.#at++;
    return { kind: 'binary', operator: '^', left, right: this.#nested(() => this.#power()) };
  }

  #unary(): MathNode {
    if (this.#next() !== '-') return this.#primary();
    this.#at++;
    return { kind: 'negate', of: this.#nested(() => this.#unary()) };
  }

  #primary(): MathNode {
    const token = this.#next();
    this.#at++;
    if (token === undefined) throw new SyntaxError('it ends too early');
    if (token === '(') {
      const inner = this.#nested(() => this.#sum());
      this.#take(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', items: this.#sequence(']') };
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
    if (/^["']/.test(token)) return { kind: 'text', value: token.slice(1, -1) };
    if (!/^[A-Za-z]/.test(token)) throw new SyntaxError(`${shown(token)} is not expected there`);
    if (this.#next() !== '(') return { kind: 'id', id: token };
    this.#at++;
    return { kind: 'call', name: token.toUpperCase(), args: this.#sequence(')') };
  }

  #sequence(end: string): MathNode[] {
    const items: MathNode[] = [];
    while (this.#next() !== end) {
      if (items.length > 0) this.#take(',');
      items.push(this.#nested(() => this.#sum()));
    }
    this.#take(end);
    return items;
  }

  #nested(parse: () => MathNode): MathNode {
    if (++this.#depth > maxDepth) throw new SyntaxError('it is nested too deeply');
    const node = parse();
    this.#depth--;
    return node;
  }
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
