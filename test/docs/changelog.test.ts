import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('each list of the changelog stands whole under its title', () => {
  const lines = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8').split('\n');
  const torn = lines.filter(
    (line, at) =>
      line.startsWith('- ') &&
      lines[at - 1] === '' &&
      // An entry, or the rest of one, with a blank line behind it.
      /^(?:- | {2})/.test(lines[at - 2] ?? ''),
  );
  expect(lines.filter((line) => line.startsWith('- ')).length).toBeGreaterThan(50);
  expect(torn).toEqual([]);
});
