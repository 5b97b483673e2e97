export interface Evaluation {
  rows: number;
  accuracy: number;
  /** 95 % interval of the accuracy. */
  accuracyInterval: [low: number, high: number];
  macroF1: number;
  perClass: { precision: number; recall: number; f1: number; support: number }[];
  /** Row: the true class; column: the predicted one. */
  confusion: number[][];
}

export function evaluate(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
): Evaluation {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [index, label] of truth.entries()) confusion[label]![predicted[index]!]! += 1;
  const perClass = confusion.map((row, label) => {
    const hits = row[label]!;
    const support = sum(row);
    const predictedCount = sum(confusion.map((other) => other[label]!));
    // No row predicted (or none there): precision (or recall) counts as 0, never as undefined.
    const precision = predictedCount === 0 ? 0 : hits / predictedCount;
    const recall = support === 0 ? 0 : hits / support;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { precision, recall, f1, support };
  });
  const hits = sum(confusion.map((row, label) => row[label]!));
  return {
    rows: truth.length,
    accuracy: hits / truth.length,
    accuracyInterval: wilsonInterval(hits, truth.length),
    macroF1: mean(perClass.map((figures) => figures.f1)),
    perClass,
    confusion,
  };
}

export function accuracy(truth: readonly number[], predicted: readonly number[]): number {
  return truth.filter((label, index) => label === predicted[index]).length / truth.length;
}

/**
 * −mean ln p(true class). Vote shares can be 0, whose logarithm is not finite: clipped to [floor, 1].
 * @param floor half a vote of the forest
 */
export function logLoss(
  truth: readonly number[],
  probabilities: readonly (readonly number[])[],
  floor: number,
): number {
  return mean(truth.map((label, index) => -Math.log(Math.max(floor, probabilities[index]![label]!))));
}

/** Mean squared distance between the probabilities and the truth (0 is perfect, 2 the worst). Brier (1950). */
export function brierScore(truth: readonly number[], probabilities: readonly (readonly number[])[]): number {
  return mean(
    truth.map((label, index) =>
      sum(probabilities[index]!.map((share, other) => (share - (other === label ? 1 : 0)) ** 2)),
    ),
  );
}

export interface ReliabilityBin {
  low: number;
  high: number;
  rows: number;
  meanConfidence: number;
  accuracy: number;
}

/** How often answers of a given confidence (the largest share) are right; empty bins are left out. */
export function reliability(
  truth: readonly number[],
  probabilities: readonly (readonly number[])[],
  edges: readonly number[],
): ReliabilityBin[] {
  const answers = probabilities.map((shares, index) => {
    const confidence = Math.max(...shares);
    return { confidence, isRight: shares.indexOf(confidence) === truth[index] };
  });
  return edges.slice(0, -1).flatMap((low, index) => {
    const high = edges[index + 1]!;
    const isLast = index === edges.length - 2;
    const inside = answers.filter(
      ({ confidence }) => confidence >= low && (confidence < high || (isLast && confidence <= high)),
    );
    if (inside.length === 0) return [];
    return [
      {
        low,
        high,
        rows: inside.length,
        meanConfidence: mean(inside.map((answer) => answer.confidence)),
        accuracy: inside.filter((answer) => answer.isRight).length / inside.length,
      },
    ];
  });
}

/** Wilson (1927), 95 %: stays inside [0, 1] and is honest for few rows, which p ± 1.96 √(p(1−p)/n) is not. */
export function wilsonInterval(hits: number, rows: number): [low: number, high: number] {
  const z = 1.959_963_984_540_054;
  const share = hits / rows;
  const denominator = 1 + z ** 2 / rows;
  const centre = (share + z ** 2 / (2 * rows)) / denominator;
  const half = (z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2))) / denominator;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of a sample: divides by n − 1. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
