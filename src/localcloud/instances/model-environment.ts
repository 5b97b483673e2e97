/**
 * The variables of a model (CreateModel's `Environment`) come from whoever reaches the stand-in's port: from any user
 * of this machine. A process of the user's must not get those among them with which a program, or one that it starts,
 * can be made to run code, to write files elsewhere, or to talk to somebody else. On SageMaker they reach a container
 * that holds nothing of anybody's.
 */
export function withoutCode(environment: Readonly<Record<string, string>>): {
  environment: Record<string, string>;
  /** Names of what was left out. */
  leftOut: string[];
} {
  const isKept = ([name]: [string, string]) => !carriesCode(name);
  const entries = Object.entries(environment);
  return {
    environment: Object.fromEntries(entries.filter(isKept)),
    leftOut: entries.filter((entry) => !isKept(entry)).map(([name]) => name),
  };
}

/** Whatever the case: some programs read `http_proxy`, and Windows does not tell the two apart. */
function carriesCode(name: string): boolean {
  const upper = name.toUpperCase();
  if (upper.startsWith('MLBENCH_')) return !servingSettings.has(upper);
  return names.has(upper) || prefixes.some((prefix) => upper.startsWith(prefix));
}

/** The serving program's own, which say how it serves and not where it listens. */
const servingSettings = new Set([
  'MLBENCH_BACKEND',
  'MLBENCH_INFERENCE_THREADS',
  'MLBENCH_CONCURRENCY',
  'MLBENCH_QUEUE',
  'MLBENCH_MAX_BODY_BYTES',
  'MLBENCH_BODY_TIMEOUT_MS',
  'MLBENCH_DRAIN_TIMEOUT_MS',
]);

/** Of what begins so, everything: a version of the program to come may read more of it. */
const prefixes = [
  // Node, and the tools and programs around it.
  ...[
    'NODE_',
    'V8_',
    'UV_',
    'NPM_',
    'NVM_',
    'YARN',
    'PNPM_',
    'COREPACK_',
    'TS_NODE',
    'TSX_',
    'BUN_',
    'DENO_',
  ],
  ...['ELECTRON_', 'ESBUILD_'],
  // The loader, the C library and what is built into programs to look inside them.
  ...['LD_', 'DYLD_', '_RLD', 'GLIBC_', 'GCONV', 'MALLOC', 'RESOLV_', 'LIBC_', 'ASAN_', 'LSAN_', 'MSAN_'],
  ...['TSAN_', 'UBSAN_', 'GCOV_', 'LLVM_', 'INTEL_', 'VTUNE', 'OMP_TOOL', 'CUDA_INJECTION', 'HSA_TOOLS'],
  ...['ROCP_', 'ROCPROFILER_', 'VK_', 'OCL_', 'OPENCL_', 'NCCL_', 'ZE_', 'PJRT_'],
  // ONNX Runtime's, which takes libraries of operators.
  ...['ORT_', 'ONNX_', 'ONNXRUNTIME_'],
  // Other languages' programs.
  ...['PYTHON', 'PIP_', 'CONDA', 'VIRTUAL_ENV', 'PERL', 'RUBY', 'GEM_', 'BUNDLE_', 'JAVA_', 'JDK_', '_JAVA'],
  ...[
    'JVM_',
    'LUA_',
    'PHP',
    'DOTNET_',
    'CORECLR_',
    'COR_',
    'COMPLUS_',
    'JULIA_',
    'R_',
    'ERL_',
    'GUILE_',
    'TCL',
  ],
  ...['GODEBUG', 'GOFLAGS', 'GOROOT', 'RUSTC', 'CARGO_'],
  // Shells and terminals.
  ...['BASH', 'SHELL', 'ZSH', 'ZDOTDIR', 'KSH', 'FISH', 'PROMPT', 'PS1', 'PS2', 'PS3', 'PS4', 'LESS'],
  ...['TERMINFO', 'TERMCAP'],
  // Whom to trust, and through whom to talk.
  ...['OPENSSL', 'SSL', 'CURL_', 'REQUESTS_CA', 'KRB5', 'GSS', 'P11_', 'PKCS11', 'GNUTLS_', 'NSS_'],
  ...[
    'GIT_',
    'SSH_',
    'GPG_',
    'GNUPG',
    'DOCKER_',
    'CONTAINER',
    'BUILDAH_',
    'PODMAN_',
    'KUBE',
    'DBUS_',
    'SUDO_',
  ],
  ...['XDG_', 'SYSTEMD_', 'LISTEN_', 'NOTIFY_'],
];

/** Of these, the name alone. */
const names = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'PWD', 'OLDPWD', 'TMPDIR', 'TMP', 'TEMP', 'TEMPDIR', 'MANPATH'],
  ...['ENV', 'IFS', 'CDPATH', 'FPATH', 'GLOBIGNORE', 'INPUTRC', 'EDITOR', 'VISUAL', 'PAGER', 'BROWSER'],
  ...['LIBPATH', 'SHLIB_PATH', 'LIBRARY_PATH', 'CPATH', 'LOCPATH', 'NLSPATH', 'TZDIR', 'GETCONF_DIR'],
  ...['HOSTALIASES', 'LOCALDOMAIN', 'RES_OPTIONS', 'NIS_PATH', 'CLASSPATH', 'MAVEN_OPTS', 'GRADLE_OPTS'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'FTP_PROXY', 'RSYNC_PROXY', 'WS_PROXY', 'WSS_PROXY'],
  ...['NO_PROXY', 'PROXY', 'AWS_CA_BUNDLE'],
  ...['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'PSMODULEPATH'],
  // The stand-in's, which sets them itself.
  ...['SM_MODEL_DIR', 'SAGEMAKER_BIND_TO_PORT'],
]);
