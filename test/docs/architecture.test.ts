import { globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';

const importRules: { forbidden: { name: string }[] } = createRequire(import.meta.url)(
  join(packageRoot, '.dependency-cruiser.cjs'),
);

const pages = ['ARCHITECTURE.md', 'README.md', ...globSync('docs/**/*.md', { cwd: packageRoot })];

describe.each(pages)('%s', (page) => {
  it('names no path in backticks that is not there', () => {
    expect(pathsNamedIn(page).filter((path) => globSync(path, { cwd: packageRoot }).length === 0)).toEqual(
      [],
    );
  });
});

describe('ARCHITECTURE.md', () => {
  it('shows the rooms of src/experiment in the order that the import rules hold', () => {
    const drawn =
      /In `src\/experiment\/` a room imports only rooms to its right:\n\n```\n(.*)\n```/.exec(
        read('ARCHITECTURE.md'),
      )?.[1] ?? '';
    const order = drawn
      .replaceAll(/\(.*?\)/g, '')
      .split(/[→·]/)
      .map((room) => room.trim());
    const rules = [...importRules.forbidden].map(({ name }) => /^experiment-(\w+)-stands-on/.exec(name)?.[1]);
    expect(rules.filter((room) => room !== undefined)).toEqual(order);
    expect(new Set(order)).toEqual(new Set(readdirSync(join(packageRoot, 'src/experiment'))));
  });

  it('has a line in its map for every room of src, and for the rooms in it', () => {
    const mapped = firstCellsOf(sectionOf('Map')).flatMap(codeIn);
    expect(roomsOf('src', 2).filter((room) => !mapped.includes(`${room}/`))).toEqual([]);
  });

  const additions = rowsOf(sectionOf('To add X, touch Y').split('\n### ')[0] ?? '');

  it.each([
    ...['a load model', 'a wait', 'a validity check', 'a policy kind', 'a metric', 'an AWS resource'],
    ...['a stand-in operation', 'a flag of `load`', 'an exit code', 'a section of the report'],
  ])('says what to touch to add %s', (thing) => {
    expect(additions.find(([what]) => what === thing)?.[1]).toContain('`src/');
  });

  it('asks for at most three places in a row', () => {
    expect(additions.filter(([, touch = '']) => touch.split(';').length > 3)).toEqual([]);
  });
});

function read(page: string): string {
  return readFileSync(join(packageRoot, page), 'utf8');
}

/** `src/offered/users.ts`, `src/offered/`, `src/report/*-section.ts`. */
function pathsNamedIn(page: string): string[] {
  const ours = /^(?:src|test|scripts|docs|docker|model|bin|\.ci)\/[\w./*-]*$/;
  return [...new Set(codeIn(read(page)))].filter((code) => ours.test(code));
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

function sectionOf(heading: string): string {
  const found = read('ARCHITECTURE.md')
    .split(/^## /m)
    .find((section) => section.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`ARCHITECTURE.md has no section "${heading}"`);
  return found;
}

/** The cells of each row, heads left out. */
function rowsOf(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function firstCellsOf(section: string): string[] {
  return rowsOf(section).map(([first = '']) => first);
}

function roomsOf(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  const rooms = readdirSync(join(packageRoot, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);
  return rooms.flatMap((room) => [room, ...roomsOf(room, depth - 1)]);
}
