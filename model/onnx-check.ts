import { type Forest, voteShares } from './forest.ts';

export interface Agreement {
  rows: number;
  /** Rows on which two classes got the same number of votes: a draw, which each side may settle its own way. */
  draws: number;
}

/**
 * Asks ONNX Runtime and the library the same rows. The shares must be equal to the last bit, the labels equal wherever
 * there is no draw.
 * @throws Error on the first row on which they differ
 */
export async function checkAgreement(
  onnx: Uint8Array,
  forest: Forest,
  rows: readonly number[][],
  labels: readonly string[],
): Promise<Agreement> {
  // Set before ONNX Runtime is loaded, or it would send the model's name and hashes to Microsoft.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  const features = rows[0]!.length;
  const input = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, features]);
  const outputs = await session.run({ features: input });
  await session.release();
  const answered = outputs['label']!.data as unknown as string[];
  const shares = outputs['probabilities']!.data as Float32Array;
  const predicted = forest.predict(rows);
  const votes = forest.votes(rows);
  let draws = 0;
  for (const [index, row] of rows.entries()) {
    const expected = voteShares(votes[index]!, labels.length);
    const got = [...shares.slice(index * labels.length, (index + 1) * labels.length)];
    const isDraw = expected.filter((share) => share === Math.max(...expected)).length > 1;
    if (isDraw) draws += 1;
    const isSame = expected.every((share, label) => share === got[label]);
    if (!isSame || (!isDraw && answered[index] !== labels[predicted[index]!])) {
      throw new Error(
        `ONNX Runtime answers ${answered[index]} (${got}) and the library ${labels[predicted[index]!]} (${expected}) for ${row}`,
      );
    }
  }
  return { rows: rows.length, draws };
}
