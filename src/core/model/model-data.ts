import { type FileSample, foreignContent } from './foreign-model.ts';
import { ModelProblem } from './model-problem.ts';
import { type ExternalFile, externalFiles, placeOf } from './onnx/external-data.ts';
import { type OnnxFile, OnnxFileError, readOnnx } from './onnx/onnx-file.ts';

/** What lies at a place beside the model. */
export interface Neighbour extends FileSample {
  sizeBytes: number;
}

export interface DataFile {
  /** As the model calls it. */
  location: string;
  /** From the model's own folder: plain, and inside that folder. */
  place: string;
}

/** @throws ModelProblem */
export function readModel(onnx: Uint8Array, name: string): OnnxFile {
  if (onnx.length === 0) throw new ModelProblem(`${name} is empty`, 'export or copy the model again');
  return orProblem(name, () => readOnnx(onnx));
}

/**
 * The files that the model reads beside its own, having made sure that they are there and long enough.
 * @param name what the model's file is called
 * @param look what lies at a place; null: nothing
 * @throws ModelProblem
 */
export function dataFiles(
  onnx: Uint8Array,
  name: string,
  look: (place: string) => Neighbour | null,
): DataFile[] {
  return orProblem(name, () => externalFiles(onnx)).map((file) => dataFile(file, name, look));
}

function dataFile(
  { location, bytes }: ExternalFile,
  name: string,
  look: (place: string) => Neighbour | null,
): DataFile {
  const place = placeOf(location);
  const says = `${name} keeps weights in ${JSON.stringify(location)}`;
  if (place === null || reserved.has(place)) {
    const why = place === null ? 'which is no file of its own folder' : 'a name that is taken here';
    throw new ModelProblem(`${says}, ${why}`, saveAgain(name));
  }
  const found = look(place);
  if (found === null) {
    throw new ModelProblem(
      `${says}, and that file is missing`,
      `put ${JSON.stringify(place)} beside ${name}: torch.onnx.export writes both; or keep all in one file: onnx.save(onnx.load(…), "model.onnx")`,
    );
  }
  const foreign = foreignContent(place, found);
  if (foreign && found.sizeBytes < bytes) {
    throw new ModelProblem(`${says}, which ${foreign.what}`, foreign.next);
  }
  if (found.sizeBytes < bytes) {
    throw new ModelProblem(
      `${says}, which is cut short: it has ${found.sizeBytes} bytes, and the model reads ${bytes}`,
      `copy or export ${JSON.stringify(place)} again, together with ${name}`,
    );
  }
  return { location, place };
}

/** What the model and its description are called in an archive. */
const reserved = new Set(['model.onnx', 'model.json']);

function saveAgain(name: string): string {
  const file = JSON.stringify(name);
  return `save it with its weights beside it, in Python: onnx.save(onnx.load(${file}), "new.onnx", save_as_external_data=True, location="new.onnx.data")`;
}

function orProblem<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OnnxFileError)) throw error;
    const next = error.isCut
      ? 'copy, download or export it again; the whole of it is needed'
      : 'pass a model in ONNX: skl2onnx.to_onnx exports one from scikit-learn, onnxmltools from XGBoost and LightGBM, torch.onnx.export from PyTorch';
    throw new ModelProblem(`${name} ${error.message}`, next);
  }
}
