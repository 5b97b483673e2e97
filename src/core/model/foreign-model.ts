import { nextSteps } from './next-steps.ts';

/** What somebody has who has no ONNX model yet, and what to type to get one. */
export interface ForeignModel {
  /** Goes on from the file's name: `is a pickle of scikit-learn`. */
  what: string;
  /** One line. */
  next: string;
  /** Beside a model it would be no surprise: a web page, a table, settings. */
  isVague: boolean;
}

/** Of a file: its beginning and, where there is more, its end. */
export interface FileSample {
  head: Uint8Array;
  tail?: Uint8Array;
}

/**
 * Recognises a file that is no ONNX model by its content. Names are wrong as often as not: a pickle called `model.onnx`
 * is a pickle.
 */
export function foreignContent(path: string, { head, tail }: FileSample): ForeignModel | null {
  const text = `${latin1(head)}${tail === undefined ? '' : latin1(tail)}`;
  for (const { what, is, next, isVague = false } of contents) {
    if (is(text, path)) return { what, next: next(path), isVague };
  }
  return null;
}

/** By the name alone, as far as an archive's listing goes. */
export function foreignName(path: string): ForeignModel | null {
  const found = names.find(({ ending }) => ending.test(path));
  return found === undefined ? null : { what: found.what, next: found.next(path), isVague: false };
}

interface Content {
  what: string;
  is(text: string, path: string): boolean;
  next(path: string): string;
  isVague?: boolean;
}

/** Protocols 2 to 5 begin with a byte of their own; 0 and 1 are text. */
const pickleStarts = [
  '\x80\x02',
  '\x80\x03',
  '\x80\x04',
  '\x80\x05',
  '(lp',
  '(dp',
  'ccopy_reg\n',
  'csklearn',
];
const isPickle = (text: string) => startsWithAny(text, pickleStarts);
/** Whose class it is; what it is made of comes further on. */
const firstLibrary = (text: string) => /sklearn|xgboost|lightgbm|catboost/.exec(text)?.[0];
const isZip = (text: string) => text.startsWith('PK\x03\x04');
const isJson = (text: string) => /^(?:\xef\xbb\xbf)?\s*[{[]\s*["{[\]}\d-]/.test(text);
const holds = (text: string, pattern: RegExp) => pattern.test(text);
/** zlib, gzip, bzip2, xz, LZMA, LZ4: what joblib compresses with. */
const compressedStarts = [
  'x\x01',
  'x\x5e',
  'x\x9c',
  'x\xda',
  '\x1f\x8b',
  'BZh',
  '\xfd7zXZ',
  ']\0\0',
  '\x04"M\x18',
];
const isCompressed = (text: string) => startsWithAny(text, compressedStarts);
const isNamedPickle = (path: string) => /\.(?:joblib|pkl|pickle)(?:\.\w+)?$/i.test(path);
const torchMagic = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** From the particular to the general: the first that fits is it. */
const contents: Content[] = [
  {
    what: 'is a pointer of Git LFS, not the file itself',
    is: (text) => text.startsWith('version https://git-lfs.github.com/spec/'),
    next: nextSteps.gitLfs,
  },
  {
    what: 'is a web page, not the file itself',
    is: (text) =>
      /^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|\?xml[^>]*>\s*<!doctype html)/i.test(text),
    next: nextSteps.webPage,
    isVague: true,
  },
  {
    what: 'is a PyTorch checkpoint',
    is: (text, path) =>
      (isPickle(text) &&
        (text.includes(torchMagic) || /\.(?:pt|pth|ckpt|bin)$/i.test(path) || holds(text, /ctorch[._]/))) ||
      (isZip(text) &&
        holds(text, /\/(?:data\.pkl|constants\.pkl|\.data\/serialization_id|code\/__torch__)|torch/)),
    next: nextSteps.torch,
  },
  {
    what: 'is a pickled XGBoost model',
    is: (text) => isPickle(text) && firstLibrary(text) === 'xgboost',
    next: nextSteps.xgboost,
  },
  {
    what: 'is a pickled LightGBM model',
    is: (text) => isPickle(text) && firstLibrary(text) === 'lightgbm',
    next: nextSteps.lightgbm,
  },
  {
    what: 'is a pickled CatBoost model',
    is: (text) => isPickle(text) && firstLibrary(text) === 'catboost',
    next: nextSteps.catboost,
  },
  {
    what: 'is a pickled scikit-learn model',
    is: (text) => isPickle(text) && firstLibrary(text) === 'sklearn',
    next: nextSteps.sklearn,
  },
  {
    what: 'is a pickle of Python objects',
    is: (text, path) => isPickle(text) || (isCompressed(text) && isNamedPickle(path)),
    next: nextSteps.pickle,
  },
  {
    what: 'is a Keras model',
    is: (text) =>
      isZip(text) &&
      holds(text, /model\.weights\.h5|metadata\.json[\s\S]*keras|config\.json[\s\S]*model\.weights/),
    next: nextSteps.keras,
  },
  {
    what: 'is an archive of NumPy arrays',
    is: (text) => isZip(text) && holds(text, /\.npy/),
    next: nextSteps.other,
  },
  { what: 'is a zip archive', is: isZip, next: nextSteps.zip },
  {
    what: 'is an HDF5 file, as Keras saves models',
    is: (text) => text.startsWith('\x89HDF\r\n\x1a\n'),
    next: nextSteps.hdf5,
  },
  { what: 'is a TensorFlow Lite model', is: (text) => text.slice(4, 8) === 'TFL3', next: nextSteps.tflite },
  { what: 'is in ONNX Runtime’s own format', is: (text) => text.slice(4, 8) === 'ORTM', next: nextSteps.ort },
  {
    what: 'is a safetensors file: weights without a graph',
    is: (text) => text.slice(5, 8) === '\0\0\0' && /^\{\s*"/.test(text.slice(8, 32)),
    next: nextSteps.transformers,
  },
  { what: 'is a GGUF file', is: (text) => text.startsWith('GGUF'), next: nextSteps.transformers },
  { what: 'is a CatBoost model', is: (text) => text.startsWith('CBM1'), next: nextSteps.catboost },
  {
    what: 'is a LightGBM model',
    is: (text) => /^tree\r?\nversion=/.test(text),
    next: nextSteps.lightgbmFile,
  },
  {
    what: 'is an XGBoost model',
    is: (text) =>
      (isJson(text) && holds(text, /"(?:learner|gradient_booster)"/)) ||
      (/^\{[A-Za-z]/.test(text) && text.slice(0, 64).includes('learner')) ||
      text.startsWith('binf'),
    next: nextSteps.xgboostFile,
  },
  {
    what: 'is a Jupyter notebook',
    is: (text, path) => isJson(text) && (/\.ipynb$/i.test(path) || holds(text, /"nbformat"|"cell_type"/)),
    next: nextSteps.notebook,
  },
  {
    what: 'is a LightGBM model in JSON',
    is: (text) => isJson(text) && text.includes('"tree_info"'),
    next: nextSteps.lightgbm,
  },
  {
    what: 'is a CatBoost model in JSON',
    is: (text) => isJson(text) && text.includes('"oblivious_trees"'),
    next: nextSteps.catboost,
  },
  {
    what: 'is JSON, and no model can be run from it',
    is: (text, path) => isJson(text) && /\.(?:json|onnx)$/i.test(path),
    next: nextSteps.json,
    isVague: true,
  },
  { what: 'is a PMML model', is: (text) => holds(text.slice(0, 1_000), /<PMML\b/), next: nextSteps.other },
  {
    what: 'is an uncompressed tar archive',
    is: (text) => text.slice(257, 262) === 'ustar',
    next: nextSteps.tar,
  },
];

/** Of what has no mark of its own, or where the content is not at hand. */
const names: { ending: RegExp; what: string; next(path: string): string }[] = [
  {
    ending: /\.(?:joblib|pkl|pickle)(?:\.\w+)?$/i,
    what: 'is a pickle of Python objects',
    next: nextSteps.pickle,
  },
  {
    ending: /\.(?:pt|pth|ckpt)$|(?:^|\/)pytorch_model\.bin$/i,
    what: 'is a PyTorch checkpoint',
    next: nextSteps.torch,
  },
  { ending: /\.pt2$/i, what: 'is an exported PyTorch program', next: nextSteps.torch },
  { ending: /\.keras$/i, what: 'is a Keras model', next: nextSteps.keras },
  { ending: /\.(?:h5|hdf5)$/i, what: 'is an HDF5 file, as Keras saves models', next: nextSteps.hdf5 },
  {
    ending: /(?:^|\/)saved_model\.pb(?:txt)?$/i,
    what: 'belongs to a TensorFlow SavedModel',
    next: nextSteps.savedModel,
  },
  { ending: /\.pb(?:txt)?$/i, what: 'is a TensorFlow graph', next: nextSteps.graphDef },
  { ending: /\.tflite$/i, what: 'is a TensorFlow Lite model', next: nextSteps.tflite },
  {
    ending: /\.safetensors$/i,
    what: 'is a safetensors file: weights without a graph',
    next: nextSteps.transformers,
  },
  { ending: /\.gguf$/i, what: 'is a GGUF file', next: nextSteps.transformers },
  { ending: /\.(?:ubj|xgb)$/i, what: 'is an XGBoost model', next: nextSteps.xgboostFile },
  { ending: /\.(?:lgb|lightgbm)$/i, what: 'is a LightGBM model', next: nextSteps.lightgbmFile },
  { ending: /\.cbm$/i, what: 'is a CatBoost model', next: nextSteps.catboost },
  { ending: /\.(?:mlmodel|mlpackage)$/i, what: 'is a Core ML model', next: nextSteps.coreml },
  { ending: /\.ort$/i, what: 'is in ONNX Runtime’s own format', next: nextSteps.ort },
  { ending: /\.(?:pdmodel|pdiparams)$/i, what: 'is a PaddlePaddle model', next: nextSteps.paddle },
  {
    ending: /\.(?:engine|plan|trt)$/i,
    what: 'is a TensorRT engine, which runs on a GPU alone',
    next: nextSteps.ort,
  },
  { ending: /\.ipynb$/i, what: 'is a Jupyter notebook', next: nextSteps.notebook },
  { ending: /\.py$/i, what: 'is Python code', next: nextSteps.notebook },
  { ending: /\.json$/i, what: 'is JSON, and no model can be run from it', next: nextSteps.json },
  { ending: /\.(?:zip|mar|7z|rar)$/i, what: 'is an archive of another kind', next: nextSteps.zip },
  {
    ending: /\.tar(?:\.(?:bz2|xz|zst))?$/i,
    what: 'is a tar archive that gzip did not compress',
    next: nextSteps.tar,
  },
  {
    ending: /\.(?:pmml|rds|rda|rdata|mat|npz|npy|csv|parquet)$/i,
    what: 'is no model that ONNX Runtime can run',
    next: nextSteps.other,
  },
];

function startsWithAny(text: string, starts: readonly string[]): boolean {
  return starts.some((start) => text.startsWith(start));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
