import type { ContainerEngine } from './find-container-engine.ts';
import type { Platform } from './platform.ts';

export interface Build {
  platform: Platform;
  baseImage: string;
  /** `REPOSITORY:TAG` */
  reference: string;
  /** The build context. */
  folder: string;
}

export interface ContainerEngineCommand {
  args: string[];
  environment: Record<string, string>;
}

/** The base image unless another is named; any with Node 22.19 and glibc 2.28 does. */
export const defaultBaseImage = 'node:24-slim';

/**
 * A build whose image SageMaker takes: one platform, a Docker schema-2 manifest, no attestations (they make an index of
 * it, which is refused).
 * @param buildx whether docker has BuildKit's command line; its classic builder knows no attestations
 */
export function buildCommand(
  containerEngine: ContainerEngine,
  build: Build,
  buildx: boolean,
): ContainerEngineCommand {
  const { platform, reference, folder } = build;
  const common = ['--platform', platform, '--tag', reference];
  const baseImage = ['--build-arg', `BASE_IMAGE=${baseImageFor(containerEngine, build.baseImage)}`];
  const plain = ['--provenance=false', '--sbom=false'];
  switch (containerEngine.dialect) {
    case 'docker':
      return buildx
        ? {
            args: [
              'buildx',
              'build',
              ...common,
              ...baseImage,
              ...plain,
              '--progress=plain',
              ...dockerMediaTypes,
              folder,
            ],
            environment: {},
          }
        : {
            args: ['build', ...common, ...baseImage, ...architecture(platform), '--force-rm', folder],
            environment: { DOCKER_BUILDKIT: '0' },
          };
    case 'podman':
      return { args: ['build', ...common, ...baseImage, '--format', 'docker', folder], environment: {} };
    case 'finch':
      return {
        args: ['build', ...common, ...baseImage, ...plain, '--progress=plain', folder],
        environment: {},
      };
  }
}

/** With the password on standard input, into the folder of `loginEnvironment`. */
export function loginArguments(username: string, server: string): string[] {
  return ['login', '--username', username, '--password-stdin', server];
}

/** Docker and finch look into the first, podman into the second: never into the user's own. */
export function loginEnvironment(folder: string): Record<string, string> {
  return { DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: `${folder}/auth.json` };
}

export function pushArguments(containerEngine: ContainerEngine, reference: string): string[] {
  return containerEngine.dialect === 'podman' ? ['push', '--format', 'v2s2', reference] : ['push', reference];
}

/** Ends containers at once and removes them, with what they wrote. Podman would first wait 10 s for them to end. */
export function removeArguments({ dialect }: ContainerEngine, containers: readonly string[]): string[] {
  return ['rm', '--force', '--volumes', ...(dialect === 'podman' ? ['--time=0'] : []), ...containers];
}

/** Docker's containerd image store would write OCI media types. */
const dockerMediaTypes = ['--output', 'type=docker,oci-mediatypes=false'];

/** BuildKit and podman set it themselves. */
function architecture(platform: Platform): string[] {
  return ['--build-arg', `TARGETARCH=${platform.slice('linux/'.length)}`];
}

/** Podman asks which registry a short name means, and cannot ask here. */
function baseImageFor({ dialect }: ContainerEngine, baseImage: string): string {
  return dialect === 'podman' && baseImage === defaultBaseImage
    ? `docker.io/library/${baseImage}`
    : baseImage;
}
