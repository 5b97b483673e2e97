import { type FileSample, foreignContent, foreignName } from './foreign-model.ts';
import { nextSteps } from './next-steps.ts';

/**
 * Where the model is in an unpacked archive, or in a folder that is to become one. One rule for the serving program,
 * for `up --model` and for the stand-in, so that what one accepts the others find too.
 */

/** Optional, beside the model: names of features and labels. */
const modelDescriptionFile = 'model.json';

/** Optional, in the model's folder or beside the model: a request that the model answers. */
export const sampleRequestFile = 'sample-request.json';

export type ModelChoice =
  | { path: string }
  | {
      problem: string;
      /** What to type, if that is known. */
      next?: string;
    };

/**
 * Picks the model among relative paths with forward slashes: `model.onnx` wins over other names, and a file nearer to
 * the top over one deeper down. Anything that would be a guess is a problem, told in one line.
 * @param sample what is in a file, as far as that is at hand: a format is told by its content before its name
 * @param place where the paths are, for the commands that are named
 */
export function chooseModelFile(
  paths: readonly string[],
  sample: (path: string) => FileSample | null = () => null,
  place = '',
): ModelChoice {
  const seen = paths.filter((path) => !isHidden(path)).sort(byDepth);
  const code = seen.find(isInferenceCode);
  if (code !== undefined) {
    return {
      problem: `it brings code, ${code}, which would not run: mlbench serves the ONNX model alone`,
      next: nextSteps.code(`${place}${code}`),
    };
  }
  const models = seen.filter((path) => path.toLowerCase().endsWith('.onnx'));
  if (models.length === 0) return withoutModel(seen, sample, place);
  const top = depth(models[0]!);
  const nearest = models.filter((path) => depth(path) === top);
  const named = nearest.filter((path) => baseName(path) === 'model.onnx');
  const candidates = named.length > 0 ? named : nearest;
  if (candidates.length > 1) {
    return {
      problem: `it has ${candidates.length} models and none of them is model.onnx: ${list(candidates)}`,
      next: `pass one of them: --model ${JSON.stringify(`${place}${candidates[0]}`)}`,
    };
  }
  const path = candidates[0]!;
  const content = sample(path);
  const foreign = content && foreignContent(`${place}${path}`, content);
  return foreign ? { problem: `${path} ${foreign.what}`, next: foreign.next } : { path };
}

/** What is there instead, if anything is known of it. */
function withoutModel(
  seen: readonly string[],
  sample: (path: string) => FileSample | null,
  place: string,
): ModelChoice {
  const problem = `there is no .onnx file in it (${seen.length === 0 ? 'it is empty' : list(seen)})`;
  const likely = seen.filter((path) => mayBeModel.test(path));
  // A SavedModel has further files that end in .pb.
  const [first = []] = [likely.filter((path) => baseName(path) === 'saved_model.pb'), likely].filter(
    (paths) => paths.length > 0,
  );
  const rest = seen.filter((path) => !mayBeModel.test(path));
  const look = (path: string, byName: boolean) => {
    const content = sample(path);
    const full = `${place}${path}`;
    const foreign = (content && foreignContent(full, content)) ?? (byName ? foreignName(full) : null);
    return foreign === null || (!byName && foreign.isVague) ? [] : [{ path, ...foreign }];
  };
  const [found] = [
    ...first.slice(0, mostSampled).flatMap((path) => look(path, true)),
    ...rest.slice(0, mostSampled).flatMap((path) => look(path, false)),
  ];
  if (found) return { problem: `${problem}: ${found.path} ${found.what}`, next: found.next };
  return { problem, next: nextSteps.other() };
}

/** Files beside models are mostly none: descriptions, tables, code, pictures. Only their content can tell otherwise. */
const mayBeModel = /\.(?!(?:json|md|txt|ya?ml|toml|cfg|py|csv|png|jpe?g|svg|html?|ipynb|lock|xml)$)\w+$/i;
const mostSampled = 200;

/** As SageMaker, TorchServe and Hugging Face have it run: what a model brings to treat requests and answers. */
function isInferenceCode(path: string): boolean {
  return /^(?:[^/]+\/)?code\/[^/]+\.py$|^(?:[^/]+\/)?(?:inference|handler|predictor)\.py$/.test(path);
}

/** `a/b/model.onnx` → `a/b/model.json`: the description lies beside its model. */
export function descriptionPathFor(modelPath: string): string {
  return modelPath.slice(0, modelPath.length - baseName(modelPath).length) + modelDescriptionFile;
}

/** macOS writes `._name` and `.DS_Store` into archives; editors and tools leave dot files behind. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Nearest to the top first, and then by name. */
function byDepth(one: string, other: string): number {
  return depth(one) - depth(other) || (one < other ? -1 : 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 4).join(', ');
  return paths.length > 4 ? `${shown} and ${paths.length - 4} more` : shown;
}
