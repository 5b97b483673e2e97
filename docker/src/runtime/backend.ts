import type * as Ort from 'onnxruntime-node';
import { oneLine } from '../log.ts';

export type InferenceSession = Ort.InferenceSession;

type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

/** ONNX Runtime, native or compiled to WebAssembly: one interface (onnxruntime-common), the same answers. */
export interface Backend {
  /** `onnxruntime-node 1.30.0` or `onnxruntime-web 1.30.0 (wasm)`. */
  name: string;
  runtime: Runtime;
  sessionOptions: Ort.InferenceSession.SessionOptions;
  /** Reads weights in files beside the model by itself; the WASM build has to be handed them. */
  readsExternalData: boolean;
}

/**
 * Native where `onnxruntime-node` can be imported (the image, a clone), else the WASM build that lies beside this
 * program: the npm package of mlbench cannot depend on `onnxruntime-node`, whose install script wants to download CUDA.
 */
export async function chooseBackend(wanted: 'auto' | 'native' | 'wasm', threads: number): Promise<Backend> {
  if (wanted === 'wasm') return await importWasm();
  let nativeProblem: string;
  try {
    return await importNative(threads);
  } catch (error) {
    nativeProblem = `onnxruntime-node cannot be loaded: ${oneLine(error)}`;
  }
  if (wanted === 'native') throw new Error(nativeProblem);
  try {
    return await importWasm();
  } catch (error) {
    throw new Error(`${nativeProblem}; nor can its WASM build: ${oneLine(error)}`);
  }
}

async function importNative(threads: number): Promise<Backend> {
  // From 1.29 on its Linux builds send the model's name and hashes to Microsoft, and keep an id and a database in the
  // home folder, unless this is set before they are loaded. https://github.com/microsoft/onnxruntime/pull/27379
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const imported = await import('onnxruntime-node');
  // CommonJS: everything is on `default`.
  const runtime = imported.default ?? imported;
  return {
    name: `onnxruntime-node ${runtime.env.versions.node ?? ''}`.trim(),
    runtime,
    sessionOptions: {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // 3 is "error": warnings about a model's graph are no news to whoever serves it.
      logSeverityLevel: 3,
    },
    readsExternalData: true,
  };
}

async function importWasm(): Promise<Backend> {
  const location = new URL('./onnxruntime-web/ort.node.min.mjs', import.meta.url).href;
  const runtime: Runtime = await import(location);
  // More than one thread would start worker threads for each instance.
  runtime.env.wasm.numThreads = 1;
  return {
    name: `onnxruntime-web ${runtime.env.versions.web ?? ''} (wasm)`,
    runtime,
    sessionOptions: { executionProviders: ['wasm'], logSeverityLevel: 3 },
    readsExternalData: false,
  };
}
