/**
 * A file by what is in it and not by where it lies, so that a plan that names one means the same on every machine. Where its
 * bytes are is each machine's own knowledge: `ContentPlaces`.
 */
export interface ContentRef {
  /** In hexadecimal; what identifies it. */
  sha256: string;
  sizeBytes: number;
  /** The file's name without its folder, for people. */
  name: string;
}

/** Where this machine has what plans name: by SHA-256, an absolute path or the bytes themselves. Plain data: it goes to threads. */
export type ContentPlaces = Readonly<Record<string, ContentPlace>>;

export type ContentPlace = { path: string } | { bytes: Uint8Array };

/** @throws Error if this machine does not have it, or has it as bytes alone: a bug of whoever made the places */
export function pathOfContent(places: ContentPlaces, { sha256, name }: ContentRef): string {
  const place = places[sha256];
  if (place === undefined || !('path' in place))
    throw new Error(`there is no file here for ${name} (${sha256})`);
  return place.path;
}
