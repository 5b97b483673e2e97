/**
 * Bundles every program of mlbench into dist/: one entry a process or thread. npm packages stay
 * external (the installed package brings them), but for the programs that leave the package: the
 * Lambda function, and the page inside a report.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** dist name → source. Entries not written yet are left out rather than faked. */
const programs: Record<string, string> = {
  cli: 'src/cli/main.ts',
  'load-worker': 'src/load/worker-entry.ts',
  localcloud: 'src/localcloud/main.ts',
  lifeline: 'src/localcloud/instances/lifeline.ts',
  'api-front': 'src/api/front-main.ts',
  'serving/serve': 'docker/src/serve.ts',
};

const shared = { bundle: true, logLevel: 'warning', absWorkingDir: root, outdir: 'dist' } as const;
const onNode = {
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  sourcemap: true,
  sourcesContent: false,
} as const;

export async function buildAll(): Promise<void> {
  await Promise.all([
    buildPresent(programs, {
      ...onNode,
      splitting: true,
      packages: 'external',
      chunkNames: 'chunks/[name]-[hash]',
    }),
    buildPresent(
      { 'lambda/index': 'src/api/lambda.ts' },
      {
        ...onNode,
        minifySyntax: true,
        // Some of what is bundled is CommonJS and requires Node's own modules.
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        },
      },
    ),
    buildPresent(
      { 'report/page': 'src/report/page/main.ts', 'report/style': 'src/report/page/style.css' },
      { format: 'iife', platform: 'browser', target: ['chrome109', 'firefox115', 'safari16'], minify: true },
    ),
  ]);
  // Lambda unpacks the folder elsewhere, and must still see an ES module.
  if (existsSync(`${root}dist/lambda`))
    writeFileSync(`${root}dist/lambda/package.json`, '{ "type": "module" }\n');
}

async function buildPresent(entries: Record<string, string>, options: BuildOptions): Promise<void> {
  const present = Object.entries(entries).filter(([, source]) => existsSync(`${root}${source}`));
  if (present.length > 0) await build({ ...shared, ...options, entryPoints: Object.fromEntries(present) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
