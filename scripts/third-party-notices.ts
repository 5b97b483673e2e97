/** THIRD-PARTY-NOTICES: whose code goes with the package, and under which licence, with its text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BundledPackage {
  name: string;
  version: string;
  /** As its package.json names it: `MIT`. */
  licence: string;
  /** Texts of its licence and notices, as they lie in it. */
  texts: string[];
}

/**
 * The packages that files come from.
 * @param files relative to `root`, as esbuild names its inputs
 * @throws Error for a package without the text of its licence: it must not be passed on like that
 */
export function packagesOf(files: readonly string[], root: string): BundledPackage[] {
  const folders = new Set(files.flatMap((file) => folderOf(file) ?? []));
  return [...folders]
    .map((folder) => read(join(root, folder)))
    .toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    .filter((one, index, all) => index === 0 || idOf(one) !== idOf(all[index - 1] as BundledPackage));
}

/** Packages with the same licence to the letter share its text. */
export function noticesText(packages: readonly BundledPackage[]): string {
  const rule = '='.repeat(80);
  const sections = Map.groupBy(packages, ({ texts }) => texts.map((text) => text.trim()).join('\n\n'));
  return [
    'The files of mlbench in dist/ contain code of the packages below. Each is named with its version and its licence;',
    'the texts of the licences follow.',
    '',
    ...packages.map((one) => `- ${idOf(one)}: ${one.licence}`),
    '',
    ...[...sections].flatMap(([text, sharers]) => [rule, ...sharers.map(idOf), rule, '', text, '']),
  ].join('\n');
}

function idOf({ name, version }: BundledPackage): string {
  return `${name} ${version}`;
}

/** `node_modules/a/node_modules/@b/c/dist/x.js` → `node_modules/a/node_modules/@b/c` */
function folderOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function read(folder: string): BundledPackage {
  const manifest = manifestOf(folder);
  const texts = licenceFiles(folder, manifest).map((file) => readFileSync(file, 'utf8'));
  if (texts.length === 0)
    throw new Error(`${folder} brings no text of its licence, and is passed on with dist/`);
  const { name, version, license = 'see below' } = manifest;
  return { name, version, licence: license, texts };
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  repository?: string | { url: string };
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Kept here: what these packages do not bring, from their repository. */
const kept: Record<string, string> = {
  'onnxruntime-common': 'onnxruntime.txt',
  'onnxruntime-web': 'onnxruntime.txt',
};

/** Its own; else those of a package of the same repository, for which one text stands; else the one that is kept here. */
function licenceFiles(folder: string, { name, ...manifest }: Manifest): string[] {
  const own = legalFiles(folder);
  if (own.length > 0) return own;
  const keptHere = kept[name];
  if (keptHere !== undefined) return [fileURLToPath(new URL(`licences/${keptHere}`, import.meta.url))];
  const beside = readdirSync(dirname(folder)).map((other) => join(dirname(folder), other));
  const relative = beside.find(
    (other) =>
      existsSync(join(other, 'package.json')) &&
      repositoryOf(manifestOf(other)) === repositoryOf({ name, ...manifest }) &&
      legalFiles(other).length > 0,
  );
  return relative === undefined ? [] : legalFiles(relative);
}

function repositoryOf({ repository = '' }: Manifest): string {
  return typeof repository === 'string' ? repository : repository.url;
}

function legalFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying|third-?party-?notices)/i.test(file))
    .toSorted()
    .map((file) => join(folder, file));
}
