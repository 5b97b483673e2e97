import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { dataFiles, type Neighbour, readModel } from '../../src/core/model/model-data.ts';
import {
  listModelFiles,
  ModelFilesError,
  readProblem,
  sampleFile,
} from '../../src/core/model/model-files.ts';
import { chooseModelFile } from '../../src/core/model/model-layout.ts';
import { ModelProblem } from '../../src/core/model/model-problem.ts';
import type { OnnxFile } from '../../src/core/model/onnx/onnx-file.ts';
import type { ModelPlace } from './runtime/session.ts';

/** The model in the folder that SageMaker unpacked, read as far as its file tells. @throws ModelProblem */
export function findModel(directory: string): { place: ModelPlace; onnx: Uint8Array; declared: OnnxFile } {
  const files = list(directory);
  const choice = chooseModelFile(files, (path) => read(path, () => sampleFile(join(directory, path))));
  if ('problem' in choice) throw new ModelProblem(`no model in ${directory}: ${choice.problem}`, choice.next);
  const name = choice.path;
  const path = join(directory, name);
  const onnx = read(name, () => readFileSync(path));
  const declared = readModel(onnx, name);
  const data = dataFiles(onnx, name, (place) => neighbour(dirname(path), place));
  return { place: { path, name, data }, onnx, declared };
}

function list(directory: string): string[] {
  try {
    return listModelFiles(directory);
  } catch (error) {
    if (error instanceof ModelFilesError)
      throw new ModelProblem(`no model in ${directory}: it ${error.message}`);
    throw error;
  }
}

/** ONNX Runtime's native build refuses a link that leads out of the model's folder; here both do. */
function neighbour(folder: string, place: string): Neighbour | null {
  const path = join(folder, place);
  return read(place, () => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return null;
    if (!realpathSync(path).startsWith(realpathSync(folder) + sep)) {
      throw new ModelProblem(
        `${place} is a link that leads out of the folder of the model`,
        'put the file itself there',
      );
    }
    return { sizeBytes: stats.size, ...sampleFile(path, 1_024) };
  });
}

function read<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ModelProblem) throw error;
    throw new ModelProblem(`${path} ${readProblem(error)}`);
  }
}
