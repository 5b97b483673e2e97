import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Rows of features (as measured) and their classes (an index into `labels`). */
export interface Dataset {
  rows: number[][];
  labels: number[];
}

export interface Penguins extends Dataset {
  /** Rows in the file, those left out included. */
  total: number;
  /** Rows without measurements. The data set has no row with only some of the four missing. */
  excluded: number;
}

export const featureNames = ['beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g'] as const;
export const speciesNames = ['Adelie', 'Chinstrap', 'Gentoo'] as const;

/** Of `data/penguins.json` in vega-datasets 3: training starts only from the very data the card describes. */
export const datasetSha256 = '0facf769609f1205b82cbceb8238c36af3e6147a0ca0e163902cc6281ce3e917';

interface PenguinRecord {
  Species: string;
  'Beak Length (mm)': number | null;
  'Beak Depth (mm)': number | null;
  'Flipper Length (mm)': number | null;
  'Body Mass (g)': number | null;
}

export function readPenguins(): Penguins {
  const path = fileURLToPath(new URL('../data/penguins.json', import.meta.resolve('vega-datasets')));
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== datasetSha256) {
    throw new Error(
      `${path} has changed (sha256 ${sha256}, expected ${datasetSha256}): look at the new data, then set datasetSha256`,
    );
  }
  const records = JSON.parse(bytes.toString('utf8')) as PenguinRecord[];
  const rows: number[][] = [];
  const labels: number[] = [];
  for (const record of records) {
    const row = [
      record['Beak Length (mm)'],
      record['Beak Depth (mm)'],
      record['Flipper Length (mm)'],
      record['Body Mass (g)'],
    ];
    const label = (speciesNames as readonly string[]).indexOf(record.Species);
    if (label < 0) throw new Error(`unknown species "${record.Species}"`);
    if (row.every((value) => value === null)) continue;
    if (!row.every((value) => typeof value === 'number'))
      throw new Error(`half a row: ${JSON.stringify(record)}`);
    rows.push(row);
    labels.push(label);
  }
  return {
    rows,
    labels,
    total: records.length,
    excluded: records.length - rows.length,
  };
}
