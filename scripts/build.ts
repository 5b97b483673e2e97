/**
 * Bundles every program of mlbench into dist/: one entry a process or thread. npm packages stay
 * external (the installed package brings them), but for those an entry names to be bundled.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** dist name → source. Entries not written yet are left out rather than faked. */
const entries: Record<string, string> = {
  cli: 'src/cli/main.ts',
  'load-worker': 'src/load/worker-entry.ts',
  localcloud: 'src/localcloud/main.ts',
  lifeline: 'src/localcloud/instances/lifeline.ts',
  'api-front': 'src/api/front-main.ts',
  'lambda/index': 'src/api/lambda.ts',
  'serving/serve': 'docker/src/serve.ts',
};

export async function buildAll(): Promise<void> {
  const present = Object.entries(entries).filter(([, source]) => existsSync(`${root}${source}`));
  if (present.length === 0) return;
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present),
    outdir: 'dist',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    chunkNames: 'chunks/[name]-[hash]',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
