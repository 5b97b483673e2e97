/** How the serving program runs; all of it from the environment, as SageMaker hands it over. */
export interface Settings {
  host: string;
  /** 0 lets the system choose; the log line `listening` tells. */
  port: number;
  modelDirectory: string;
  backend: 'auto' | 'native' | 'wasm';
  /** Threads of one inference. More than one pays only for large models on an instance of their own. */
  inferenceThreads: number;
  /** Inferences at a time, and requests that may wait for one. Beyond both: 503. */
  concurrency: number;
  queue: number;
  maxBodyBytes: number;
  /** A request whose body has not arrived after this long is answered 408. */
  bodyTimeoutMs: number;
  /** After SIGTERM requests in flight get this long; SageMaker sends SIGKILL after 30 s. */
  drainTimeoutMs: number;
  /**
   * Requests from web pages, or under names that are not loopback's, are refused: on a machine with a browser.
   * SageMaker calls a container by whatever name it likes.
   */
  loopbackOnly: boolean;
}

class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws SettingsError naming the variable and its value */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const integer = (name: string, fallback: number, low: number, high: number): number => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new SettingsError(`${name}="${text}" is not an integer from ${low} to ${high}`);
    }
    return value;
  };
  const backend = environment['MLBENCH_BACKEND'] || 'auto';
  if (backend !== 'auto' && backend !== 'native' && backend !== 'wasm') {
    throw new SettingsError(`MLBENCH_BACKEND="${backend}" is none of auto, native, wasm`);
  }
  return {
    host: environment['MLBENCH_BIND_HOST'] || '0.0.0.0',
    port: integer('SAGEMAKER_BIND_TO_PORT', 8080, 0, 65_535),
    modelDirectory: environment['SM_MODEL_DIR'] || '/opt/ml/model',
    backend,
    inferenceThreads: integer('MLBENCH_INFERENCE_THREADS', 1, 1, 256),
    // An inference holds the event loop; one at a time leaves room between two for /ping.
    concurrency: integer('MLBENCH_CONCURRENCY', 1, 1, 1_024),
    queue: integer('MLBENCH_QUEUE', 256, 0, 65_536),
    // SageMaker's own limit of a payload.
    maxBodyBytes: integer('MLBENCH_MAX_BODY_BYTES', 6_291_456, 1, 1_073_741_824),
    bodyTimeoutMs: integer('MLBENCH_BODY_TIMEOUT_MS', 20_000, 50, 600_000),
    drainTimeoutMs: integer('MLBENCH_DRAIN_TIMEOUT_MS', 25_000, 0, 29_000),
    loopbackOnly: integer('MLBENCH_LOOPBACK_ONLY', 0, 0, 1) === 1,
  };
}
