/**
 * `node scripts/image-context.ts FOLDER [PLATFORM…]`: builds the serving program and assembles the build context of its
 * image, for a build by hand. Platforms: linux/amd64 and linux/arm64, both unless named.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listContext, writeContext } from '../src/image/build-context.ts';
import { type Platform, platforms } from '../src/image/platform.ts';
import { buildServing } from './build.ts';

export async function assembleImageContext(folder: string, wanted: readonly Platform[]): Promise<void> {
  await buildServing();
  writeContext(folder, listContext(wanted));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...named] = parseArgs({ allowPositionals: true }).positionals;
  const unknown = named.find((name) => !platforms.some((platform) => platform === name));
  if (folder === undefined || unknown !== undefined) {
    console.error(`usage: node scripts/image-context.ts FOLDER [${platforms.join('] [')}]`);
    process.exit(2);
  }
  await assembleImageContext(folder, named.length > 0 ? (named as Platform[]) : platforms);
}
