import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trainForest, voteShares } from '../../model/forest.ts';
import { checkAgreement } from '../../model/onnx-check.ts';
import { encodeForest, roundUpToFloat32 } from '../../model/onnx-forest.ts';
import { featureNames, readPenguins, speciesNames } from '../../model/penguins.ts';
import { folds, splitStratified } from '../../model/split.ts';
import { createRandom } from '../../src/core/random.ts';

fc.configureGlobal({ seed: 20_261_122 });

const data = readPenguins();

describe('the export', () => {
  const forest = trainForest(data, { trees: 8, maxDepth: 4, featuresPerTree: 3, seed: 7 });
  const exported = { name: 'test', documentation: '', features: featureNames, labels: speciesNames };

  test('agrees with the library wherever it is asked', async () => {
    const onnx = encodeForest({ ...exported, trees: forest.trees });
    expect(await checkAgreement(onnx, forest, data.rows, speciesNames)).toMatchObject({ rows: 342 });
  });

  test('that differs from the library in one leaf is found out', async () => {
    const flip = { feature: 0, threshold: 45, left: { leaf: 2 }, right: { leaf: 1 } };
    const onnx = encodeForest({ ...exported, trees: [flip, ...forest.trees.slice(1)] });
    await expect(checkAgreement(onnx, forest, data.rows, speciesNames)).rejects.toThrow(
      /ONNX Runtime answers/,
    );
  });

  test('rounds a threshold so that every single-precision value stays on its side', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e30, max: 1e30, noNaN: true }),
        fc.float({ noNaN: true }),
        fc.integer({ min: -3, max: 3 }),
        (threshold, far, ulps) => {
          const near = Math.fround(threshold) + ulps * 2 ** -20;
          for (const x of [far, Math.fround(near), Math.fround(threshold)]) {
            expect(x < roundUpToFloat32(threshold)).toBe(x < threshold);
          }
        },
      ),
    );
  });

  test('shares of the votes add up to exactly one', () => {
    const votes = fc.array(fc.nat(2), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(votes, (classes) => {
        expect(voteShares(classes, 3).reduce((sum, share) => sum + share, 0)).toBe(1);
      }),
    );
  });
});

describe('the split', () => {
  test('holds out the same share of each species, and no row is in both parts', () => {
    const { train, heldOut } = splitStratified(data, 0.25, createRandom(1));
    expect(train.rows.length + heldOut.rows.length).toBe(data.rows.length);
    for (const label of [0, 1, 2]) {
      const all = data.labels.filter((other) => other === label).length;
      const held = heldOut.labels.filter((other) => other === label).length;
      expect(held).toBe(Math.round(all * 0.25));
    }
    expect(heldOut.rows.every((row) => !train.rows.includes(row))).toBe(true);
  });

  test('in folds holds out every row once', () => {
    const parts = folds(data, 5, createRandom(1));
    expect(new Set(parts.flatMap((part) => part.heldOut.rows)).size).toBe(data.rows.length);
    expect(parts.every((part) => part.train.rows.length + part.heldOut.rows.length === 342)).toBe(true);
  });
});
