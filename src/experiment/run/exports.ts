import type { MlbenchError } from '../../core/errors.ts';
import { openLocustCsv } from '../../load/output/locust-csv.ts';
import type { RequestName } from '../../load/output/locust-tables.ts';
import type { Destination, LoadPlan } from '../../load/plan/plan.ts';
import { pathOf } from '../../load/request/request-url.ts';
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

/** What the requests of a run are called in tables: the method, and the path or the endpoint. */
function requestName(destination: Destination): RequestName {
  switch (destination.kind) {
    case 'runtime':
      return { method: 'POST', name: `InvokeEndpoint ${destination.endpointName}` };
    case 'api':
      return { method: 'POST', name: pathOf(destination.url) };
    case 'url':
      return { method: destination.method, name: pathOf(destination.url) };
  }
}
