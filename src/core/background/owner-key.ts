import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { newSecret } from '../random.ts';

/**
 * The stand-in's own key: whoever signs with it is the user whose stand-in it is. It lies in the stand-in's folder,
 * mode 0600, and nowhere else: the user's programs read it there, and no other user of the machine can.
 */
export interface OwnerKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A new key, in place of an earlier stand-in's. */
export function makeOwnerKey(folder: string): OwnerKey {
  const key = {
    // As long as AWS's, of the letters they may have, and like none that AWS gives out.
    accessKeyId: `MLBENCH${newSecret(30)
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase()
      .slice(0, 13)}`,
    secretAccessKey: newSecret(30),
  };
  writeFileAtomic(pathIn(folder), `${JSON.stringify(key, null, 2)}\n`);
  return key;
}

/** Undefined: there is none, or it is not ours to read. */
export function readOwnerKey(folder: string): OwnerKey | undefined {
  try {
    const { accessKeyId, secretAccessKey } = JSON.parse(readFileSync(pathIn(folder), 'utf8'));
    return { accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey) };
  } catch {
    return undefined;
  }
}

/** Unless another stand-in has taken the place. */
export function removeOwnerKey(folder: string, { accessKeyId }: OwnerKey): void {
  if (readOwnerKey(folder)?.accessKeyId === accessKeyId) rmSync(pathIn(folder), { force: true });
}

function pathIn(folder: string): string {
  return join(folder, 'credentials.json');
}
