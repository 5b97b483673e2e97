import { registerHooks } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentOfBytes } from '../../../core/content.ts';
import { userError } from '../../../core/errors.ts';

/** The files that a scenario is made of, its own and those it imports: SHA-256 by path from the scenario's folder. */
export type ScenarioModules = Readonly<Record<string, string>>;

/**
 * From now on, notes what every module is made of that this thread imports. One that another thread has noted before
 * must be the same here: all threads of a run do the same.
 * @param own a file that is no part of the scenario
 * @returns what was imported so far, each time it is asked
 */
export function noteModules(file: string, known: ScenarioModules, own: string): () => ScenarioModules {
  const noted: Record<string, string> = {};
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || loaded.source == null) return loaded;
      const path = fileURLToPath(url);
      if (path === own) return loaded;
      const { sha256 } = contentOfBytes(bytesOf(loaded.source), '');
      const name = relative(dirname(file), path).split(sep).join('/');
      if (known[name] !== undefined && known[name] !== sha256) {
        throw userError(
          'file-changed',
          `${path} was changed after the run had been planned with it`,
          'leave the files of a scenario alone from the start of a command to its end',
        );
      }
      noted[name] = sha256;
      return loaded;
    },
  });
  return () => ({ ...noted });
}

function bytesOf(source: string | ArrayBuffer | NodeJS.TypedArray): Uint8Array {
  if (typeof source === 'string') return Buffer.from(source);
  return source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
