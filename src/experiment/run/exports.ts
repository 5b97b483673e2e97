import type { MlbenchError } from '../../core/errors.ts';
import { openLocustCsv } from '../../load/output/locust-csv.ts';
import type { LoadPlan } from '../../load/plan/plan.ts';
import { requestName } from '../../load/request/request-name.ts';
import type { RunObserver } from '../../load/run/run-events.ts';
import type { LoadOptions } from '../load/load-options.ts';

/**
 * What is written of a run beside its record: a line an export, opened where its flag was given.
 * @param warn told if one of them can no longer be written
 * @throws MlbenchError (exit code 2) where one cannot be opened
 */
export function openExports(
  { csvPrefix }: LoadOptions,
  { destination }: LoadPlan,
  warn: (problem: MlbenchError) => void,
): RunObserver[] {
  const asked = [csvPrefix !== undefined && openLocustCsv(csvPrefix, requestName(destination), warn)];
  return asked.filter((observer) => observer !== false);
}
