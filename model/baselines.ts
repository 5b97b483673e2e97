import { mean, standardDeviation } from './metrics.ts';
import type { Dataset } from './penguins.ts';

/** What the forest has to beat to be worth its trees. */
export interface Baseline {
  name: string;
  predict(rows: readonly number[][]): number[];
}

/** Answers the commonest class of the training rows, whatever is asked. */
export function majorityClass(train: Dataset): Baseline {
  const counts = new Map<number, number>();
  for (const label of train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  return { name: 'commonest class', predict: (rows) => rows.map(() => commonest) };
}

/** Answers the class whose mean is nearest, each feature measured in its standard deviations. */
export function nearestCentroid(train: Dataset): Baseline {
  const columns = train.rows[0]!.map((_, column) => train.rows.map((row) => row[column]!));
  const centres = columns.map(mean);
  const spreads = columns.map(standardDeviation);
  const scale = (row: readonly number[]) =>
    row.map((value, column) => (value - centres[column]!) / spreads[column]!);
  const classes = Math.max(...train.labels) + 1;
  const centroids = Array.from({ length: classes }, (_, label) => {
    const members = train.rows.filter((_, index) => train.labels[index] === label).map(scale);
    return centres.map((_, column) => mean(members.map((row) => row[column]!)));
  });
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((total, value, column) => total + (value - b[column]!) ** 2, 0);
  return {
    name: 'nearest centroid',
    predict: (rows) =>
      rows.map((row) => {
        const distances = centroids.map((centroid) => distance(scale(row), centroid));
        return distances.indexOf(Math.min(...distances));
      }),
  };
}
