import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commonOptions } from '../../src/cli/options/common.ts';
import { otherVariables, unknownVariables } from '../../src/cli/options/variables.ts';
import { optionGroup } from '../../src/core/options/definition.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { variableTables } from './variable-tables.ts';

const page = readFileSync(join(packageRoot, 'docs', 'configuration.md'), 'utf8');

const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map((line) => line.replace(/\s*\|\s*/g, '|'));

describe('docs/configuration.md', () => {
  it('has the tables that the declarations make: else run `npm run variables`', async () => {
    for (const [name, table] of Object.entries(await variableTables())) {
      const [, shown = ''] = page.split(`<!-- ${name} -->`);
      expect(cells(shown.split('<!-- end of')[0]!), name).toEqual(cells(table));
    }
  });

  it('names every variable of ours that the sources name, and of those that are no options none else', () => {
    const sources = globSync('{src,docker/src,bin}/**/*.{ts,js}', { cwd: packageRoot })
      .filter((file) => !file.endsWith('options/variables.ts'))
      .map((file) => readFileSync(join(packageRoot, file), 'utf8'))
      .join('\n');
    const named = new Set(sources.match(/\bMLBENCH_[A-Z_]*[A-Z]\b/g));
    const documented = new Set(page.match(/`(MLBENCH_[A-Z_]*[A-Z])`/g)?.map((name) => name.slice(1, -1)));
    expect([...named].filter((name) => !documented.has(name))).toEqual([]);
    for (const { name } of otherVariables) expect(sources.includes(name), name).toBe(true);
  });
});

describe('a variable that nothing reads', () => {
  const options = {
    ...commonOptions,
    rate: optionGroup('Load:').value('R', 'arrivals', (text) => text),
    api: optionGroup('API:').negatable('none'),
    plan: optionGroup('Plan:').switch('plan', { flagOnly: true }),
  };
  const of = (environment: Record<string, string>) => unknownVariables(environment, options);

  it('is named with the nearest one', () => {
    expect(of({ MLBENCH_RATEE: '5' })).toEqual([{ name: 'MLBENCH_RATEE', near: 'MLBENCH_RATE' }]);
    expect(of({ MLBENCH_KEY_PASSPRASE: 'x' })[0]?.near).toBe('MLBENCH_KEY_PASSPHRASE');
    expect(of({ MLBENCH_PLAN: '1' }).map(({ name }) => name)).toEqual(['MLBENCH_PLAN']);
  });

  it('is none of others, none that is empty, none of the tests, and none that is read', () => {
    expect(of({ PATH: 'x', MLBENCH_RATEE: '', MLBENCH_TEST_SEED: '1', MLBENCH_RATE: '5' })).toEqual([]);
    expect(
      of({ MLBENCH_API: '0', MLBENCH_NO_API: '1', MLBENCH_BACKEND: 'wasm', MLBENCH_DEBUG: '1' }),
    ).toEqual([]);
  });
});
