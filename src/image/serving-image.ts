import { type ContextFile, listContext } from './build-context.ts';
import { hashContent } from './content-hash.ts';
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
