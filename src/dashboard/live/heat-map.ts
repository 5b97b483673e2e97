import type { HeatColumn, HeatMap } from './live-shape.ts';

/** A decade of latency has so many rows; the first begins at 100 µs and holds whatever is shorter, too. */
export const rowsPerDecade = 8;
const firstRowUs = 100;
/** To 1,000 s, longer than any request waits. */
export const heatRows = 7 * rowsPerDecade;
/** Enough for every pixel that a wide screen gives a chart. */
const mostColumns = 720;

export function rowOf(us: number): number {
  if (us <= firstRowUs) return 0;
  return Math.min(heatRows - 1, Math.floor(Math.log10(us / firstRowUs) * rowsPerDecade));
}

/** The latency at which a row begins, in µs. */
export function rowStartUs(row: number): number {
  return firstRowUs * 10 ** (row / rowsPerDecade);
}

export function emptyHeatMap(): HeatMap {
  return { columnMs: 1_000, columns: [] };
}

/**
 * Adds what one second held. Beyond 720 columns two become one: their counts are added up, so that nothing is lost but
 * the finer time.
 */
export function addColumn(map: HeatMap, column: HeatColumn): HeatMap {
  const { columnMs, columns } = map;
  const fromMs = Math.floor(column.fromMs / columnMs) * columnMs;
  const last = columns.at(-1);
  if (last !== undefined && last.fromMs >= fromMs) {
    return { columnMs, columns: [...columns.slice(0, -1), joined(last, column)] };
  }
  const longer = { columnMs, columns: [...columns, { fromMs, cells: column.cells }] };
  return longer.columns.length > mostColumns ? coarser(longer) : longer;
}

function coarser({ columnMs, columns }: HeatMap): HeatMap {
  const twice: HeatMap = { columnMs: columnMs * 2, columns: [] };
  for (const column of columns) {
    const fromMs = Math.floor(column.fromMs / twice.columnMs) * twice.columnMs;
    const last = twice.columns.at(-1);
    if (last?.fromMs === fromMs) twice.columns[twice.columns.length - 1] = joined(last, column);
    else twice.columns.push({ fromMs, cells: column.cells });
  }
  return twice;
}

function joined(into: HeatColumn, more: HeatColumn): HeatColumn {
  const counts = new Map<number, number>();
  for (const { cells } of [into, more]) {
    for (let index = 0; index < cells.length; index += 2) {
      const row = cells[index]!;
      counts.set(row, (counts.get(row) ?? 0) + cells[index + 1]!);
    }
  }
  return { fromMs: into.fromMs, cells: [...counts].sort(([a], [b]) => a - b).flat() };
}
