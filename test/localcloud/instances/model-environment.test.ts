import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutCode } from '../../../src/localcloud/instances/model-environment.ts';

const carrying =
  `NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_V8_COVERAGE node_options Node_Options npm_config_prefix
  LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES GCONV_PATH GLIBC_TUNABLES MALLOC_TRACE LOCPATH
  PYTHONPATH PYTHONSTARTUP PERL5OPT PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH
  PATH HOME TMPDIR TEMP BASH_ENV ENV IFS SHELL SHELLOPTS BASHOPTS PS4 PROMPT_COMMAND LESSOPEN EDITOR PAGER
  OPENSSL_CONF OPENSSL_MODULES SSL_CERT_FILE SSLKEYLOGFILE GIT_SSH_COMMAND GIT_EXEC_PATH XDG_CONFIG_HOME
  HTTP_PROXY https_proxy ALL_PROXY no_proxy OMP_TOOL_LIBRARIES CUDA_INJECTION64_PATH INTEL_LIBITTNOTIFY64
  ORT_DYLIB_PATH ONNXRUNTIME_LIB UV_THREADPOOL_SIZE V8_FLAGS MLBENCH_BIND_HOST MLBENCH_LOOPBACK_ONLY
  MLBENCH_OF_TOMORROW SM_MODEL_DIR SAGEMAKER_BIND_TO_PORT`.split(/\s+/);

const harmless =
  `SAGEMAKER_PROGRAM SAGEMAKER_CONTAINER_LOG_LEVEL SAGEMAKER_SUBMIT_DIRECTORY SM_NUM_GPUS MMS_JOB_QUEUE_SIZE
  TS_DEFAULT_WORKERS_PER_MODEL HF_MODEL_ID HF_TASK MODEL_NAME LOG_LEVEL TZ LANG LC_ALL OMP_NUM_THREADS
  CUDA_VISIBLE_DEVICES TF_CPP_MIN_LOG_LEVEL MLBENCH_BACKEND MLBENCH_INFERENCE_THREADS MLBENCH_CONCURRENCY
  MLBENCH_QUEUE MLBENCH_MAX_BODY_BYTES MLBENCH_BODY_TIMEOUT_MS MLBENCH_DRAIN_TIMEOUT_MS ENVIRONMENT PATHOLOGY
  NODES HOMEPAGE`.split(/\s+/);

describe("a model's environment", () => {
  it.each(carrying)('leaves %s out', (name) => {
    expect(withoutCode({ [name]: 'x' })).toEqual({ environment: {}, leftOut: [name] });
  });

  it.each(harmless)('has %s', (name) => {
    expect(withoutCode({ [name]: 'x' })).toEqual({ environment: { [name]: 'x' }, leftOut: [] });
  });

  it('loses nothing unsaid, and takes a name in any case', () => {
    const anyCase = (name: string) =>
      fc
        .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
        .map((up) =>
          [...name].map((letter, at) => (up[at] ? letter.toUpperCase() : letter.toLowerCase())).join(''),
        );
    const variables = fc.dictionary(
      fc.oneof(fc.constantFrom(...carrying).chain(anyCase), fc.constantFrom(...harmless)),
      fc.string(),
    );
    fc.assert(
      fc.property(variables, (given) => {
        const { environment, leftOut } = withoutCode(given);
        expect([...Object.keys(environment), ...leftOut].sort()).toEqual(Object.keys(given).sort());
        expect(Object.keys(environment).filter((name) => !harmless.includes(name))).toEqual([]);
        for (const [name, value] of Object.entries(environment)) expect(value).toBe(given[name]);
      }),
    );
  });
});
