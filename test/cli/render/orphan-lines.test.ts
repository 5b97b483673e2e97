import { expect, test } from 'vitest';
import { orphanCount, orphanLines, orphanTable } from '../../../src/cli/render/orphan-lines.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';

const nowMs = Date.UTC(2026, 10, 22, 15);
const model = { kind: 'model', name: 'mlbench-1', experiment: 'mlbench', createdAtMs: null, hourlyUsd: null };
const endpoint = {
  kind: 'endpoint',
  name: 'mlbench-lost\u001b[2J',
  experiment: 'lost',
  createdAtMs: nowMs - 90 * 60_000,
  hourlyUsd: 0.23,
};
const nothing = { exitCode: 0 as const, found: [], removed: [], left: [], notSearched: [] };

test('orphans are shown with age and cost, and no escape sequence of a name', () => {
  expect(orphanTable([model, endpoint], nowMs, plainStyle)).toEqual([
    '  kind      name                 experiment    age  an hour',
    '  model     mlbench-1            mlbench         ?',
    '  endpoint  mlbench-lost\\x1b[2J  lost        1h30m   $0.230',
  ]);
  const old = { ...endpoint, createdAtMs: nowMs - 5 * 86_400_000 };
  expect(orphanTable([old], nowMs, plainStyle)[1]).toContain(' 5d ');
  expect(orphanCount([model, endpoint])).toBe('these 2 resources of 2 experiments');
  expect(orphanCount([model])).toBe('this resource of one experiment');
});

test('the end says what is gone, what is left and what nobody could look at', () => {
  expect(orphanLines(nothing, plainStyle)).toEqual(['No orphans were found.']);
  const removed = [{ kind: 'model', name: 'mlbench-1' }];
  expect(orphanLines({ ...nothing, removed }, plainStyle)).toEqual([
    '1 orphan removed, nothing is left of them.',
  ]);
  const notSearched = [{ what: 'iam-role', reason: 'denied' }];
  expect(orphanLines({ ...nothing, notSearched }, plainStyle)).toEqual([
    'No orphans were found.',
    '  ✖ not looked through: iam role: denied',
  ]);
  const left = [{ kind: 'endpoint', name: 'mlbench', reason: 'in use' }];
  expect(orphanLines({ ...nothing, removed, left }, plainStyle)).toEqual([
    'Something is left:',
    '  ✖ endpoint mlbench: in use',
    '',
    'Next: remove the reason and repeat mlbench down --orphans',
  ]);
});
