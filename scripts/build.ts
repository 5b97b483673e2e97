/**
 * Bundles every program of mlbench into dist/: one entry a process or thread. npm packages stay
 * external (the installed package brings them), but for the programs that leave the package: the
 * Lambda function, and the page inside a report.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import ts from 'typescript';
import { noticesText, packagesOf } from './third-party-notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** dist name → source. */
const programs: Record<string, string> = {
  cli: 'src/cli/main.ts',
  'load-worker': 'src/load/worker/worker-entry.ts',
  'scenario-host': 'src/load/iteration/scenario/scenario-host-entry.ts',
  scenario: 'src/load/iteration/define-scenario.ts',
  'null-server': 'src/load/calibration/null-server-entry.ts',
  localcloud: 'src/localcloud/main.ts',
  lifeline: 'src/core/background/lifeline.ts',
  'container-lifeline': 'src/localcloud/instances/container-engine/container-lifeline.ts',
  'api-front': 'src/api/front-main.ts',
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
  const serving = await buildServing();
  buildScenarioTypes();
  const built = await Promise.all([
    buildPrograms(),
    build({
      ...shared,
      ...onNode,
      metafile: true,
      entryPoints: { 'lambda/index': 'src/api/lambda.ts' },
      minifySyntax: true,
      // Some of what is bundled is CommonJS and requires Node's own modules.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    }),
    build({
      ...shared,
      format: 'iife',
      platform: 'browser',
      target: ['chrome109', 'firefox115', 'safari16'],
      minify: true,
      metafile: true,
      entryPoints: {
        'report/page': 'src/report/page/main.ts',
        'report/style': 'src/report/page/style.css',
        'dashboard/page': 'src/dashboard/page/main.ts',
        'dashboard/style': 'src/dashboard/page/style.css',
      },
    }),
  ]);
  copyFileSync(`${root}src/dashboard/page/index.html`, `${root}dist/dashboard/index.html`);
  // Lambda unpacks the folder elsewhere, and must still see an ES module.
  writeFileSync(`${root}dist/lambda/package.json`, '{ "type": "module" }\n');
  const inputs = built.flatMap(({ metafile }) => contributing(metafile));
  writeFileSync(`${root}THIRD-PARTY-NOTICES`, noticesText(packagesOf([...inputs, ...serving], root)));
}

/**
 * Commander goes into the command line's own file: `mlbench --help` then starts a quarter faster than from node_modules. It
 * is CommonJS, and an ES module has no `require` for Node's own modules.
 */
const bundledCommander: Plugin = {
  name: 'bundled-commander',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^commander$/ }, () => ({ path: `${root}node_modules/commander/index.js` }));
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, namespace: 'required-builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'required-builtin' }, ({ path }) => ({
      // Getters: commander asks for child_process and seldom uses it, and loading it takes longer than commander itself.
      contents: `module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] });`,
    }));
  },
};

/** Files of which something has come through into what was built. */
function contributing({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

async function buildPrograms(): Promise<{ metafile: Metafile }> {
  const built = await build({
    ...shared,
    ...onNode,
    entryPoints: programs,
    splitting: true,
    packages: 'external',
    plugins: [bundledCommander],
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  });
  // Chunks are named by their content, so those of earlier builds would pile up, and be packed.
  const current = new Set(Object.keys(built.metafile.outputs));
  for (const file of readdirSync(`${root}dist/chunks`)) {
    if (!current.has(`dist/chunks/${file}`)) rmSync(`${root}dist/chunks/${file}`);
  }
  return built;
}

/** The types of `mlbench/scenario`; its source stands alone, so that its declarations do, too. */
function buildScenarioTypes(): void {
  const source = readFileSync(`${root}src/load/iteration/define-scenario.ts`, 'utf8');
  const { outputText, diagnostics } = ts.transpileDeclaration(source, { fileName: 'scenario.ts' });
  if (diagnostics?.length) throw new Error(String(diagnostics[0]?.messageText));
  mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(`${root}dist/scenario.d.ts`, outputText);
}

/**
 * The serving program is one file, so that the image can take it alone. Beside it lies ONNX Runtime's WASM build, for
 * where `onnxruntime-node` is not installed; it finds its .wasm file by its own address.
 * @returns the files of others that are in it
 */
export async function buildServing(): Promise<string[]> {
  const onnxRuntimeWeb = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const target = `${root}dist/serving/onnxruntime-web`;
  const built = await Promise.all([
    build({
      ...shared,
      ...onNode,
      metafile: true,
      entryPoints: { 'serving/serve': 'docker/src/serve.ts' },
      packages: 'external',
    }),
    build({
      ...shared,
      ...onNode,
      sourcemap: false,
      minify: true,
      metafile: true,
      entryNames: '[name]',
      outExtension: { '.js': '.mjs' },
      outdir: target,
      entryPoints: [`${onnxRuntimeWeb}/ort.node.min.mjs`],
    }),
  ]);
  for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
    copyFileSync(`${onnxRuntimeWeb}/${file}`, `${target}/${file}`);
  }
  return built.flatMap(({ metafile }) => contributing(metafile));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
