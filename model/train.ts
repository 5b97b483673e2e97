/**
 * `npm run train`: data → split → forest → figures → ONNX → `model.tar.gz`, `sample-request.json`, `MODEL_CARD.md` and
 * its plots. The same bytes on every run and machine. With an argument it writes there instead of beside this file.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packFiles } from '../src/core/model/model-pack.ts';
import { createRandom } from '../src/core/random.ts';
import { majorityClass, nearestCentroid } from './baselines.ts';
import { renderCard } from './card.ts';
import { type ForestSettings, trainForest, voteShares } from './forest.ts';
import { permutationImportance } from './importance.ts';
import { accuracy, brierScore, evaluate, logLoss, reliability } from './metrics.ts';
import { checkAgreement } from './onnx-check.ts';
import { encodeForest } from './onnx-forest.ts';
import { datasetSha256, featureNames, readPenguins, speciesNames } from './penguins.ts';
import { plotConfusion, plotImportance, plotMeasurements, plotReliability } from './plots.ts';
import { folds, splitStratified } from './split.ts';

const seed = 42;
const heldOutShare = 0.25;
/** Not tuned: 64 small trees are a reasonable forest, and a power of two (see `voteShares`). */
const settings: ForestSettings = { trees: 64, maxDepth: 6, featuresPerTree: 3, seed };

const target = process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url));
const data = readPenguins();
const random = createRandom(seed);
const { train, heldOut } = splitStratified(data, heldOutShare, random);
const forest = trainForest(train, settings);

const predicted = forest.predict(heldOut.rows);
const votes = forest.votes(heldOut.rows);
const shares = votes.map((row) => voteShares(row, speciesNames.length));
const importances = permutationImportance(heldOut, forest.predict, 30, random);
const crossValidation = folds(train, 5, random).map((fold) =>
  accuracy(fold.heldOut.labels, trainForest(fold.train, settings).predict(fold.heldOut.rows)),
);

const onnx = encodeForest({
  name: 'palmer-penguins',
  documentation: 'Random forest: the species of a penguin from four measurements. See MODEL_CARD.md.',
  trees: forest.trees,
  features: featureNames,
  labels: speciesNames,
});
const agreement = {
  data: await checkAgreement(onnx, forest, data.rows, speciesNames),
  random: await checkAgreement(onnx, forest, randomRows(2_000), speciesNames),
};

const description = { name: 'palmer-penguins', features: featureNames, labels: speciesNames };
const archive = packFiles([
  { path: 'model.onnx', bytes: onnx },
  { path: 'model.json', bytes: Buffer.from(`${JSON.stringify(description, null, 2)}\n`) },
]);
const sample = Object.fromEntries(featureNames.map((name, column) => [name, heldOut.rows[0]![column]]));

mkdirSync(join(target, 'card'), { recursive: true });
write('model.tar.gz', archive);
write('sample-request.json', `${JSON.stringify({ instances: [sample] }, null, 2)}\n`);
write('card/confusion.svg', plotConfusion(evaluate(heldOut.labels, predicted, 3).confusion, speciesNames));
write('card/importance.svg', plotImportance(importances, featureNames));
write('card/reliability.svg', plotReliability(reliability(heldOut.labels, shares, [0, 0.5, 0.7, 0.9, 1])));
write(
  'card/measurements.svg',
  plotMeasurements(
    heldOut,
    [
      { column: 0, name: 'beak length (mm)' },
      { column: 1, name: 'beak depth (mm)' },
    ],
    speciesNames,
    new Set(predicted.flatMap((label, index) => (label === heldOut.labels[index] ? [] : [index]))),
  ),
);
write(
  'MODEL_CARD.md',
  renderCard({
    data,
    datasetSha256,
    train,
    heldOut,
    heldOutShare,
    settings,
    evaluation: evaluate(heldOut.labels, predicted, speciesNames.length),
    trainAccuracy: accuracy(train.labels, forest.predict(train.rows)),
    crossValidation,
    baselines: [majorityClass(train), nearestCentroid(train)].map((baseline) => ({
      name: baseline.name,
      evaluation: evaluate(heldOut.labels, baseline.predict(heldOut.rows), speciesNames.length),
    })),
    logLoss: logLoss(heldOut.labels, shares, 0.5 / settings.trees),
    brier: brierScore(heldOut.labels, shares),
    importances,
    agreement,
    sample,
    answer: { label: speciesNames[predicted[0]!]!, shares: shares[0]! },
    archiveBytes: archive.length,
    onnxBytes: onnx.length,
  }),
);

/** Rows anywhere within the features' ranges: places the data does not reach must agree too. */
function randomRows(count: number): number[][] {
  const columns = featureNames.map((_, column) => data.rows.map((row) => row[column]!));
  return Array.from({ length: count }, () =>
    columns.map((values) => random.between(Math.min(...values), Math.max(...values))),
  );
}

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(target, name), content);
}
