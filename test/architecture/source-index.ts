import { posix } from 'node:path';
import ts from 'typescript';
import { readSources, type SourceFile } from './sources.ts';

/** What a source file names: comments and imports' paths are not looked at. */
export interface IndexedSource {
  /** From the repository's root, with slashes. */
  path: string;
  identifiers: ReadonlySet<string>;
  /** `exitCodes.ok`, of whatever object by its name. */
  members: ReadonlySet<string>;
  /** The texts that stand in quotes, but for what is imported from. */
  strings: ReadonlySet<string>;
  /** By the path of the file, or the package: what it imports of it by name, types left out. */
  imports: ReadonlyMap<string, readonly string[]>;
  /**
   * `kind=pacing` for `wait.kind === 'pacing'`, and for a case of a switch over `wait.kind`;
   * `exitCode=exitCodes.ok` for `outcome.exitCode === exitCodes.ok`.
   */
  branches: ReadonlySet<string>;
}

export function indexSources(folder: string): IndexedSource[] {
  return readSources(folder).map(indexSource);
}

export function indexSource({ path, text }: SourceFile): IndexedSource {
  const identifiers = new Set<string>();
  const members = new Set<string>();
  const strings = new Set<string>();
  const branches = new Set<string>();
  const imports = new Map<string, readonly string[]>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression))
      members.add(`${node.expression.text}.${node.name.text}`);
    if (ts.isStringLiteralLike(node) && !isSpecifier(node)) strings.add(node.text);
    if (ts.isBinaryExpression(node) && isComparison(node.operatorToken.kind)) {
      branch(node.left, node.right);
      branch(node.right, node.left);
    }
    if (ts.isSwitchStatement(node))
      for (const clause of node.caseBlock.clauses)
        if (ts.isCaseClause(clause)) branch(node.expression, clause.expression);
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      imports.set(pathFrom(path, node.moduleSpecifier.text), valuesIn(node));
    ts.forEachChild(node, visit);
  };
  const branch = (asked: ts.Expression, value: ts.Expression) => {
    const name = lastNameOf(asked);
    if (name === undefined) return;
    if (ts.isStringLiteral(value)) branches.add(`${name}=${value.text}`);
    if (ts.isPropertyAccessExpression(value) && ts.isIdentifier(value.expression))
      branches.add(`${name}=${value.expression.text}.${value.name.text}`);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, /* setParentNodes */ true));
  return { path, identifiers, members, strings, imports, branches };
}

/** Of `import … from '../a.ts'`, `import('../a.ts')` and `export … from '../a.ts'`. */
function isSpecifier({ parent }: ts.Node): boolean {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}

function pathFrom(importer: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(importer), specifier) : specifier;
}

function valuesIn({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  if (
    importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    bindings === undefined ||
    !ts.isNamedImports(bindings)
  )
    return [];
  return bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
}

function isComparison(operator: ts.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

function lastNameOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}
