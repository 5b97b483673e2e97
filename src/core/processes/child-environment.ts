/** A process of our own, or one that works a container engine. */
export type ChildKind = 'program' | 'container-engine';

/**
 * What a child process is given of this one's environment: what its kind needs, by name, and nothing else. A stand-in
 * that anybody of the machine may ask for things must not hold the user's AWS credentials, nor a hook that `NODE_OPTIONS`
 * names.
 */
export function childEnvironment(
  kind: ChildKind = 'program',
  from: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const wanted =
    kind === 'program' ? programNames : new RegExp(`${programNames.source}|${engineNames.source}`, 'i');
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => value !== undefined && wanted.test(name)),
  );
}

/** To find programs and temporary files, to tell time and letters, to load Node's own libraries, to choose a build. */
const programNames =
  /^(?:PATH|TMPDIR|TMP|TEMP|TZ|LANG|LANGUAGE|LC_[A-Z]+|(?:DY)?LD_LIBRARY_PATH|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|MLBENCH_BACKEND)$/i;

/** To find a container engine's socket, context, configuration and registries, and to reach them. */
const engineNames =
  /^(?:HOME|USER|LOGNAME|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK|(?:DOCKER|BUILDKIT|BUILDX|COMPOSE|CONTAINER|CONTAINERS|CONTAINERD|PODMAN|FINCH|NERDCTL|LIMA|COLIMA)_[A-Z0-9_]+|REGISTRY_AUTH_FILE|STORAGE_DRIVER|STORAGE_OPTS|(?:HTTPS?|NO|ALL)_PROXY|SSL_CERT_(?:FILE|DIR)|MLBENCH_CONTAINER_ENGINE)$/i;
