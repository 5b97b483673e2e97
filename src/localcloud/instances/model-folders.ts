import { createHash } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../core/files/folder.ts';
import { unpackModel } from '../../core/model/model-tar.ts';
import { packageRoot } from '../../core/package-paths.ts';
import { strangersData } from '../access/carried-code.ts';

/** Implemented by `s3/`: objects by their address, `s3://bucket/key`. */
export interface ObjectReader {
  exists(uri: string): boolean;
  /** Whether the user has put it there, as was proved. */
  isUsers(uri: string): boolean;
  /** Undefined if there is no such object. */
  read(uri: string): Promise<Uint8Array | undefined>;
}

/** Unpacked models, shared by all instances that serve the same bytes. */
export interface ModelFolders {
  /**
   * The folder that holds the unpacked model.
   * @param url undefined: the image holds its model itself, which here is the sample model
   * @param mustBeUsers code is to run on it: nobody but the user may have put it there
   * @throws ModelDataError worded as an endpoint's FailureReason
   */
  open(url: string | undefined, mustBeUsers?: boolean): Promise<string>;
}

export class ModelDataError extends Error {
  override readonly name = 'ModelDataError';
}

export function createModelFolders(folder: string, objects: ObjectReader): ModelFolders {
  const byHash = new Map<string, Promise<string>>();
  return {
    async open(url, mustBeUsers = false) {
      // Asked before it is read: its file is another's once somebody has put another there.
      const isUsers = url === undefined || objects.isUsers(url);
      const bytes =
        url === undefined
          ? await readFile(join(packageRoot, 'model', 'model.tar.gz'))
          : await objects.read(url);
      if (!bytes) {
        throw new ModelDataError(
          `Failed to download model data for container "container_1" from URL: "${url}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object.`,
        );
      }
      if (url !== undefined && mustBeUsers && !isUsers) throw new ModelDataError(strangersData(url).message);
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      let unpacked = byHash.get(hash);
      if (!unpacked) {
        unpacked = unpackInto(join(folder, hash), bytes, url ?? 'model/model.tar.gz');
        byHash.set(hash, unpacked);
        unpacked.catch(() => byHash.delete(hash));
      }
      return await unpacked;
    },
  };
}

async function unpackInto(target: string, bytes: Uint8Array, url: string): Promise<string> {
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  makeFolder(partial);
  try {
    await unpackModel(bytes, partial, url);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw new ModelDataError(
      `Failed to extract model data archive for container "container_1" from URL "${url}". Please ensure that the object located at the URL is a valid tar.gz archive. (${error instanceof Error ? error.message : error})`,
    );
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return target;
}
