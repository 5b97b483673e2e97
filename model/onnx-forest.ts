import type { Tree } from './forest.ts';
import { encodeOnnx } from './onnx-graph.ts';

export interface ForestExport {
  name: string;
  documentation: string;
  trees: readonly Tree[];
  features: readonly string[];
  labels: readonly string[];
}

/**
 * The forest as one `TreeEnsembleClassifier`: one row of features in, the label and each class's share of the votes out.
 * https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md#ai.onnx.ml.TreeEnsembleClassifier
 */
export function encodeForest(forest: ForestExport): Uint8Array {
  const nodes: FlatNode[] = forest.trees.flatMap(flatten);
  const leaves = nodes.filter((node) => node.leaf !== undefined);
  return encodeOnnx({
    name: forest.name,
    documentation: forest.documentation,
    inputs: [{ name: 'features', type: 'FLOAT', shape: ['batch', forest.features.length] }],
    outputs: [
      { name: 'label', type: 'STRING', shape: ['batch'] },
      { name: 'probabilities', type: 'FLOAT', shape: ['batch', forest.labels.length] },
    ],
    metadata: { features: forest.features.join(','), labels: forest.labels.join(',') },
    nodes: [
      {
        operator: 'TreeEnsembleClassifier',
        domain: 'ai.onnx.ml',
        inputs: ['features'],
        outputs: ['label', 'probabilities'],
        attributes: {
          nodes_treeids: { ints: nodes.map((node) => node.tree) },
          nodes_nodeids: { ints: nodes.map((node) => node.id) },
          nodes_featureids: { ints: nodes.map((node) => node.feature) },
          nodes_values: { floats: nodes.map((node) => roundUpToFloat32(node.threshold)) },
          nodes_modes: { strings: nodes.map((node) => (node.leaf === undefined ? 'BRANCH_LT' : 'LEAF')) },
          nodes_truenodeids: { ints: nodes.map((node) => node.left) },
          nodes_falsenodeids: { ints: nodes.map((node) => node.right) },
          class_treeids: { ints: leaves.map((node) => node.tree) },
          class_nodeids: { ints: leaves.map((node) => node.id) },
          class_ids: { ints: leaves.map((node) => node.leaf!) },
          class_weights: { floats: leaves.map(() => 1 / forest.trees.length) },
          classlabels_strings: { strings: [...forest.labels] },
          post_transform: { string: 'NONE' },
        },
      },
    ],
  });
}

/**
 * ONNX compares single-precision values, the library double-precision ones. For every float32 `x` and every double `t`,
 * `x < t` exactly when `x < roundUpToFloat32(t)`: no float32 lies between the two.
 */
export function roundUpToFloat32(value: number): number {
  const nearest = Math.fround(value);
  return nearest >= value ? nearest : nextFloat32(nearest);
}

interface FlatNode {
  tree: number;
  id: number;
  feature: number;
  threshold: number;
  left: number;
  right: number;
  leaf: number | undefined;
}

function flatten(tree: Tree, treeIndex: number): FlatNode[] {
  const nodes: FlatNode[] = [];
  const add = (node: Tree): number => {
    const flat: FlatNode = {
      tree: treeIndex,
      id: nodes.length,
      feature: 0,
      threshold: 0,
      left: 0,
      right: 0,
      leaf: undefined,
    };
    nodes.push(flat);
    if ('leaf' in node) {
      flat.leaf = node.leaf;
    } else {
      flat.feature = node.feature;
      flat.threshold = node.threshold;
      flat.left = add(node.left);
      flat.right = add(node.right);
    }
    return flat.id;
  };
  add(tree);
  return nodes;
}

function nextFloat32(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return 2 ** -149;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + (value > 0 ? 1 : -1));
  return view.getFloat32(0);
}
