import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';

const widest = 120;

/** `npm run bench` writes it whole, figures within sentences included: no line of it is broken by hand. */
const written = join('docs', 'benchmarks.md');

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'],
  ...globSync('docs/**/*.md', { cwd: packageRoot }).filter((page) => page !== written),
];

describe.each(pages)('%s', (page) => {
  it(`has no line of prose that is wider than ${widest} columns`, () => {
    const text = readFileSync(join(packageRoot, page), 'utf8');
    expect(wideLinesIn(text)).toEqual([]);
  });
});

describe('a line of prose', () => {
  const wide = 'word '.repeat(30).trim();

  it.each([wide, `- ${wide}`, `  ${wide}`, `## ${wide}`])('may not be wide: %s', (line) => {
    expect(wideLinesIn(`before\n${line}\n`)).toEqual([`2: ${line}`]);
  });

  it('is counted in characters, not in bytes', () => {
    expect(wideLinesIn('→'.repeat(widest))).toEqual([]);
  });

  it.each([
    ['in a table', `| ${wide} |`],
    ['in a fence', `\`\`\`\n${wide}\n\`\`\``],
    ['of an image alone', `![${wide}](images/report.png)`],
  ])('is none %s', (_, text) => {
    expect(wideLinesIn(text)).toEqual([]);
  });

  it('is one again after a fence', () => {
    expect(wideLinesIn(`\`\`\`\ncode\n\`\`\`\n${wide}`)).toEqual([`4: ${wide}`]);
  });
});

/** Tables, fences and images stand in one line, however long. */
function wideLinesIn(text: string): string[] {
  let fenced = false;
  return text.split('\n').flatMap((line, at) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) fenced = !fenced;
    const exempt = isFence || fenced || /^\s*(?:\||!\[[^\]]*\]\([^)]*\)$)/.test(line);
    return exempt || [...line].length <= widest ? [] : [`${at + 1}: ${line}`];
  });
}
