import { RandomForestClassifier } from 'ml-random-forest';
import type { Dataset } from './penguins.ts';

export interface ForestSettings {
  trees: number;
  maxDepth: number;
  /** How many of the features each tree sees. */
  featuresPerTree: number;
  seed: number;
}

/** A decision tree as plain data: `feature` is a column of the data set, smaller values go `left`. */
export type Tree = { feature: number; threshold: number; left: Tree; right: Tree } | { leaf: number };

export interface Forest {
  trees: Tree[];
  /** The library's own answers: the class most trees vote for, per row. */
  predict(rows: readonly number[][]): number[];
  /** The library's own votes: which class each tree chose, per row. */
  votes(rows: readonly number[][]): number[][];
}

export function trainForest(data: Dataset, settings: ForestSettings): Forest {
  const classifier = new RandomForestClassifier({
    nEstimators: settings.trees,
    maxFeatures: settings.featuresPerTree,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    seed: settings.seed,
    treeOptions: { maxDepth: settings.maxDepth },
  });
  classifier.train(data.rows.map(toFloat32), [...data.labels]);
  return {
    trees: readTrees(classifier),
    predict: (rows) => classifier.predict(rows.map(toFloat32)),
    // Not the library's predictProbability: it takes the first tree's class for the sum's start.
    votes: (rows) => classifier.predictionValues(rows.map(toFloat32)).to2DArray(),
  };
}

/** The served model takes single precision; so does training, so that both see the same numbers. */
function toFloat32(row: readonly number[]): number[] {
  return row.map(Math.fround);
}

/**
 * The share of trees that voted for each class. With a power of two of trees the shares are exact binary fractions, so
 * that ONNX Runtime's sums in single precision are the very same numbers.
 */
export function voteShares(votes: readonly number[], classes: number): number[] {
  const shares = new Array<number>(classes).fill(0);
  for (const vote of votes) shares[vote] = (shares[vote] ?? 0) + 1 / votes.length;
  return shares;
}

/** What `toJSON` of ml-random-forest 2 and ml-cart 2 gives; their type declarations stop short of it. */
interface ExportedNode {
  splitColumn?: number;
  splitValue?: number;
  left?: ExportedNode;
  right?: ExportedNode;
  distribution?: number[][];
}

function readTrees(classifier: RandomForestClassifier): Tree[] {
  const exported = JSON.parse(JSON.stringify(classifier)) as {
    baseModel: { indexes: number[][]; estimators: { root: ExportedNode }[] };
  };
  return exported.baseModel.estimators.map((estimator, index) =>
    readNode(estimator.root, exported.baseModel.indexes[index] ?? []),
  );
}

function readNode(node: ExportedNode, columns: readonly number[]): Tree {
  if (node.left && node.right && node.splitColumn !== undefined && node.splitValue !== undefined) {
    // A tree knows only the features drawn for it; `columns` leads back to the data set's.
    return {
      feature: columns[node.splitColumn]!,
      threshold: node.splitValue,
      left: readNode(node.left, columns),
      right: readNode(node.right, columns),
    };
  }
  const shares = node.distribution?.[0];
  if (!shares) throw new Error('the library exported a leaf without a distribution');
  return { leaf: shares.indexOf(Math.max(...shares)) };
}
