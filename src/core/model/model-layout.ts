/**
 * Where the model is in an unpacked archive, or in a folder that is to become one. One rule for the serving program,
 * for `up --model` and for the stand-in, so that what one accepts the others find too.
 */

/** Optional, beside the model: names of features and labels. */
const modelDescriptionFile = 'model.json';

/** Optional, in the model's folder or beside the model: a request that the model answers. */
export const sampleRequestFile = 'sample-request.json';

export type ModelChoice = { path: string } | { problem: string };

/**
 * Picks the model among relative paths with forward slashes: `model.onnx` wins over other names, and a file nearer to
 * the top over one deeper down. Anything that would be a guess is a problem, told in one line.
 */
export function chooseModelFile(paths: readonly string[]): ModelChoice {
  const models = paths.filter((path) => path.toLowerCase().endsWith('.onnx') && !isHidden(path)).sort();
  if (models.length === 0) {
    const seen = paths.filter((path) => !isHidden(path));
    return { problem: `there is no .onnx file in it (${seen.length === 0 ? 'it is empty' : list(seen)})` };
  }
  const top = Math.min(...models.map(depth));
  const nearest = models.filter((path) => depth(path) === top);
  const named = nearest.filter((path) => baseName(path) === 'model.onnx');
  const candidates = named.length > 0 ? named : nearest;
  if (candidates.length === 1) return { path: candidates[0]! };
  return {
    problem: `it has ${candidates.length} models and none of them is model.onnx: ${list(candidates)}`,
  };
}

/** `a/b/model.onnx` → `a/b/model.json`: the description lies beside its model. */
export function descriptionPathFor(modelPath: string): string {
  return modelPath.slice(0, modelPath.length - baseName(modelPath).length) + modelDescriptionFile;
}

/** macOS writes `._name` and `.DS_Store` into archives; editors and tools leave dot files behind. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

function depth(path: string): number {
  return path.split('/').length;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 4).join(', ');
  return paths.length > 4 ? `${shown} and ${paths.length - 4} more` : shown;
}
