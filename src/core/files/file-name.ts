import { join } from 'node:path';

/** What `newUuid` makes. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/**
 * The path of what lies in that folder under that name. The name may come from a file or a request: one that would lead
 * anywhere else, or that no file system takes, is refused.
 * @throws Error
 */
export function fileInside(folder: string, name: string): string {
  // Windows takes `\` for a separator, and `C:` or `name:stream` for another place.
  const leadsAway = name === '' || name === '.' || name === '..' || /[/\\:\p{Cc}]/u.test(name);
  if (leadsAway || !name.isWellFormed() || Buffer.byteLength(name) > 255)
    throw new Error(`${JSON.stringify(name.slice(0, 300))} is no name for a file`);
  return join(folder, name);
}
