import type { Random } from '../src/core/random.ts';
import type { Dataset } from './penguins.ts';

export interface Split {
  train: Dataset;
  heldOut: Dataset;
}

/** Holds out a share of each class, so that a rare class is not left to chance. */
export function splitStratified(data: Dataset, heldOutShare: number, random: Random): Split {
  const heldOut = new Set(
    indexesByClass(data).flatMap((indexes) =>
      shuffle(indexes, random).slice(0, Math.round(indexes.length * heldOutShare)),
    ),
  );
  return {
    train: pick(data, (index) => !heldOut.has(index)),
    heldOut: pick(data, (index) => heldOut.has(index)),
  };
}

/** `count` splits; each row is held out in exactly one of them, each class spread evenly. */
export function folds(data: Dataset, count: number, random: Random): Split[] {
  const foldOf = new Map<number, number>();
  for (const indexes of indexesByClass(data)) {
    for (const [position, index] of shuffle(indexes, random).entries()) foldOf.set(index, position % count);
  }
  return Array.from({ length: count }, (_, fold) => ({
    train: pick(data, (index) => foldOf.get(index) !== fold),
    heldOut: pick(data, (index) => foldOf.get(index) === fold),
  }));
}

/** Fisher and Yates; the argument stays as it is. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.int(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

function indexesByClass(data: Dataset): number[][] {
  const classes = Math.max(...data.labels) + 1;
  return Array.from({ length: classes }, (_, label) =>
    data.labels.flatMap((other, index) => (other === label ? [index] : [])),
  );
}

function pick(data: Dataset, isWanted: (index: number) => boolean): Dataset {
  return {
    rows: data.rows.filter((_, index) => isWanted(index)),
    labels: data.labels.filter((_, index) => isWanted(index)),
  };
}
