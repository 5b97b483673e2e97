import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files/atomic-file.ts';
import { makeFolder } from '../../core/files/folder.ts';
import { createAppendedFile } from '../../record/writer/appended-file.ts';
import { joinIntervals } from '../measure/join-intervals.ts';
import type { Totals } from '../measure/totals.ts';
import type { RequestName } from '../request/request-name.ts';
import type { RunObserver } from '../run/run-events.ts';
import { csvLine } from './csv.ts';
import {
  exceptionsFile,
  exceptionsHeader,
  failuresFile,
  failuresHeader,
  historyHeader,
  historyLine,
  statsFile,
  statsHeader,
} from './locust-tables.ts';

/**
 * locust's four files with its headers (locust/stats.py, `StatsCSV`): PREFIX_stats.csv, _stats_history.csv,
 * _failures.csv and _exceptions.csv. The history grows by a line a second; the others are written anew every few
 * seconds, whole or not at all, so that even a run that is killed leaves them. Times in milliseconds.
 *
 * @param warn told once, if the files can no longer be written
 * @throws MlbenchError `csv-unwritable` (exit code 2)
 */
export function openLocustCsv(
  prefix: string,
  request: RequestName,
  warn: (problem: MlbenchError) => void,
): RunObserver {
  const path = (name: string) => `${resolve(prefix)}_${name}.csv`;
  const history = createAppendedFile(path('stats_history'), 'asked-for');
  const write = (name: string, text: string) => writeFileAtomic(path(name), text, 'asked-for');
  let intervals = 0;
  let broken = false;
  /** @param again it will be written once more at the end */
  const attempt = (work: () => void, again = false) => {
    if (broken) return;
    try {
      work();
    } catch (error) {
      // The load may have taken every descriptor; at its end it gives them back.
      if (again && wantsDescriptors(error)) return;
      // A full disk must not end a measurement.
      broken = true;
      warn(unwritable(prefix, error));
    }
  };
  const writeTotals = (totals: Totals, windowMs: number) => {
    write('stats', statsFile(totals, request, windowMs));
    write('failures', failuresFile(totals, request));
    write('exceptions', exceptionsFile(totals));
  };
  checkPlace(prefix, fileNames.map(path));
  const begin = () => {
    history.append(csvLine(historyHeader));
    write('stats', csvLine(statsHeader));
    write('failures', csvLine(failuresHeader));
    write('exceptions', csvLine(exceptionsHeader));
  };
  let startAtMs = 0;
  const lines = joinIntervals(
    (interval) => historyLine(interval, startAtMs),
    (line) => attempt(() => history.append(line)),
  );
  return (event) => {
    // Not before it has started: a run that is refused leaves the files of the one before alone.
    if (event.type === 'load-started') {
      startAtMs = event.startAtMs;
      attempt(begin);
    } else if (event.type === 'load-interval') {
      const { interval, windowMs } = event;
      lines.add(interval);
      if (++intervals % totalsEvery === 0) attempt(() => writeTotals(interval.totals(), windowMs), true);
    } else if (event.type === 'load-finished') {
      lines.end();
      history.close();
      attempt(() => writeTotals(event.totals, event.windowMs));
    }
  };
}

const totalsEvery = 5;
const fileNames = ['stats', 'stats_history', 'failures', 'exceptions'];

function wantsDescriptors(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(systemErrorCode(error) ?? '');
}

/** @throws MlbenchError `csv-unwritable` */
function checkPlace(prefix: string, paths: readonly string[]): void {
  try {
    makeFolder(dirname(resolve(prefix)), 'asked-for');
    for (const path of paths) checkWritable(path);
  } catch (error) {
    throw unwritable(prefix, error);
  }
}

/** @throws the system's error */
function checkWritable(path: string): void {
  accessSync(dirname(path), constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.W_OK);
}

function unwritable(prefix: string, error: unknown): MlbenchError {
  return userError(
    'csv-unwritable',
    `--csv ${prefix}: ${error instanceof Error ? error.message : String(error)}`,
    'pass a prefix in a folder that can be written, such as --csv results/today',
    error,
  );
}
