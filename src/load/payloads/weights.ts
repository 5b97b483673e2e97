import { type MlbenchError, userError } from '../../core/errors.ts';

/**
 * One weight a line, line i for record i of the data (for CSV: row i below the header): a number of zero or more.
 * @returns their running sums
 * @throws MlbenchError (exit code 2) that names the line
 */
export function readWeights(
  file: string,
  bytes: Uint8Array,
  records: number,
): Float64Array<SharedArrayBuffer> {
  const lines = Buffer.from(bytes).toString('utf8').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length !== records) {
    throw bad(
      file,
      `has ${lines.length} weights, and the data has ${records} records`,
      'give each record a weight',
    );
  }
  const sums = new Float64Array(new SharedArrayBuffer(records * 8));
  let sum = 0;
  lines.forEach((text, at) => {
    if (!/^\s*\d+(\.\d+)?\s*$/.test(text)) {
      throw bad(
        file,
        `line ${at + 1}: "${text.slice(0, 40)}" is not a weight`,
        'write a number of 0 or more',
      );
    }
    sum += Number(text);
    sums[at] = sum;
  });
  if (sum <= 0 || !Number.isFinite(sum)) {
    throw bad(file, 'gives no record a weight above zero', 'give one at least');
  }
  return sums;
}

function bad(file: string, why: string, remedy: string): MlbenchError {
  return userError('bad-weights', `--data-weights ${file}: ${why}`, remedy);
}
