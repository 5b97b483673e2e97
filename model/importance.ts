import type { Random } from '../src/core/random.ts';
import { accuracy, mean } from './metrics.ts';
import type { Dataset } from './penguins.ts';
import { shuffle } from './split.ts';

export interface Importance {
  /** Accuracy lost on held-out rows while the feature's column is shuffled: mean, smallest and largest of the rounds. */
  mean: number;
  min: number;
  max: number;
}

/**
 * Permutation importance (Breiman 2001): asks the model itself, on rows it has not seen. Impurity-based importances
 * favour features with many distinct values, and say nothing about rows the model has not seen.
 */
export function permutationImportance(
  data: Dataset,
  predict: (rows: readonly number[][]) => number[],
  rounds: number,
  random: Random,
): Importance[] {
  const whole = accuracy(data.labels, predict(data.rows));
  return data.rows[0]!.map((_, column) => {
    const losses = Array.from({ length: rounds }, () => {
      const shuffled = shuffle(
        data.rows.map((row) => row[column]!),
        random,
      );
      const rows = data.rows.map((row, index) => row.with(column, shuffled[index]!));
      return whole - accuracy(data.labels, predict(rows));
    });
    return { mean: mean(losses), min: Math.min(...losses), max: Math.max(...losses) };
  });
}
