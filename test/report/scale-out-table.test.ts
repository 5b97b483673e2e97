import { expect, it } from 'vitest';
import type { ScaleOutDelay } from '../../src/record/schemas/scaling-schema.ts';
import { scaleOutTable } from '../../src/report/scale-out-table.ts';

const delay = (
  [from, to]: [number, number],
  fromMs: number,
  shared?: ScaleOutDelay['missed']['shared'],
): ScaleOutDelay => ({
  from,
  to,
  moments: {
    ...{ loadStepMs: null, metricOverMs: null, metricVisibleMs: null, alarmMs: null, askedMs: fromMs },
    ...{ inServiceMs: fromMs + 100_000, firstTrafficMs: null, recoveredMs: null },
  },
  parts: [{ name: 'Asked for → in service', fromMs, toMs: fromMs + 100_000 }],
  slo: null,
  missed: { failed: 300, late: null, ...(shared === undefined ? {} : { shared }) },
});

const textOf = (shared: ScaleOutDelay['missed']['shared']) => {
  const all = [delay([1, 2], 0), delay([2, 3], 1_000_000), delay([3, 4], 1_050_000, shared)];
  return scaleOutTable(all[2]!, 2, all, 1)!.markup;
};

it('a table names, of the scale-outs before, those alone that share what it missed', () => {
  expect(textOf({ failed: 280, late: null })).toContain(
    'Of these, 280 failures are counted with 2 → 3, too.',
  );
  expect(textOf({ failed: 1, late: { atLeast: 1, atMost: 4 } })).toContain(
    'Of these, 1 failure and between 1 and 4 late answers are counted with 2 → 3, too.',
  );
  expect(textOf({ failed: 0, late: null })).not.toContain('counted with');
});
