import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageRoot } from '../../src/core/package-paths.ts';

export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string;
  text: string;
}

/** Every source file of the program and of the serving image. */
export const sources: readonly SourceFile[] = ['src', join('docker', 'src')].flatMap(readSources);

const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

export function commentsOf(text: string): string[] {
  return text.match(comment) ?? [];
}

/** Without comments. */
export function codeOf({ text }: SourceFile): string {
  return text.replaceAll(comment, '');
}

export function readSources(folder: string): SourceFile[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: relative(packageRoot, file).split(sep).join('/'), text: readFileSync(file, 'utf8') };
    });
}
