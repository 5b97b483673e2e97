import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ContextFile, listContext } from './build-context.ts';
import type { Platform } from './platform.ts';

/** An image to be, known by what it is made of before any container engine is asked. */
export interface ServingImage {
  platform: Platform;
  baseImage: string;
  files: readonly ContextFile[];
  /** 64 hex digits; the tag under which it is pushed. */
  contentHash: string;
}

/** The serving program's image, as this installation of mlbench would build it. */
export function servingImage(platform: Platform, baseImage: string): ServingImage {
  const files = listContext([platform]);
  return { platform, baseImage, files, contentHash: hashContent(files, { platform, baseImage }) };
}

/**
 * What an image is made of, in 64 hex digits: names, modes and bytes of the context's files, the platform and the base
 * image's name. Computed without a container engine, so it can be asked whether an image is there before one is looked
 * for. A base image that moves under its tag does not change it: name it by digest to pin it.
 */
export function hashContent(
  files: readonly ContextFile[],
  { platform, baseImage }: { platform: Platform; baseImage: string },
): string {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify({ platform, baseImage })}\n`);
  for (const { path, content, executable } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const bytes = 'text' in content ? content.text : readFileSync(content.file);
    const digest = createHash('sha256').update(bytes).digest('hex');
    hash.update(`${JSON.stringify([path, executable, digest])}\n`);
  }
  return hash.digest('hex');
}
