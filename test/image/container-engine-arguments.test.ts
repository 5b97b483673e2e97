import { describe, expect, it } from 'vitest';
import { buildCommand, pushArguments, removeArguments } from '../../src/image/container-engine-arguments.ts';
import type { Dialect } from '../../src/image/find-container-engine.ts';

const build = {
  platform: 'linux/amd64',
  baseImage: 'node:24-slim',
  reference: 'registry.example/serving:abc',
  folder: '/context',
} as const;
const argumentsFor = (dialect: Dialect, buildx = false, over: Partial<typeof build> | object = {}) =>
  buildCommand({ command: dialect, dialect }, { ...build, ...over }, buildx);

describe('the build', () => {
  it('is for one platform, without attestations and with Docker’s media types, by BuildKit', () => {
    const { args, environment } = argumentsFor('docker', true);
    expect(args.slice(0, 2)).toEqual(['buildx', 'build']);
    expect(args.join(' ')).toContain('--platform linux/amd64 --tag registry.example/serving:abc');
    expect(args).toEqual(
      expect.arrayContaining(['--provenance=false', '--sbom=false', 'type=docker,oci-mediatypes=false']),
    );
    expect(args.at(-1)).toBe('/context');
    expect(environment).toEqual({});
  });

  it('is told the architecture by docker’s classic builder, which knows no attestations', () => {
    const { args, environment } = argumentsFor('docker', false, { platform: 'linux/arm64' });
    expect(environment).toEqual({ DOCKER_BUILDKIT: '0' });
    expect(args).toEqual(
      expect.arrayContaining(['--platform', 'linux/arm64', 'TARGETARCH=arm64', '--force-rm']),
    );
    expect(args.join(' ')).not.toMatch(/provenance|sbom/);
  });

  it('asks podman for Docker’s format, and names the registry that podman would have to ask about', () => {
    const { args } = argumentsFor('podman');
    expect(args.join(' ')).toContain('--format docker');
    expect(args).toContain('BASE_IMAGE=docker.io/library/node:24-slim');
    expect(argumentsFor('podman', false, { baseImage: 'localhost/mine' }).args).toContain(
      'BASE_IMAGE=localhost/mine',
    );
  });

  it('is without attestations by finch', () => {
    expect(argumentsFor('finch').args).toEqual(
      expect.arrayContaining(['--provenance=false', '--sbom=false']),
    );
  });

  it.each(['docker', 'podman', 'finch'] as const)('takes the base image as it is named, by %s', (dialect) => {
    expect(argumentsFor(dialect, false, { baseImage: 'mine:1' }).args).toContain('BASE_IMAGE=mine:1');
  });
});

describe('the removal of containers', () => {
  it('does not wait for them to end, which podman must be told', () => {
    expect(removeArguments({ command: 'podman', dialect: 'podman' }, ['a', 'b'])).toEqual([
      'rm',
      '--force',
      '--volumes',
      '--time=0',
      'a',
      'b',
    ]);
    expect(removeArguments({ command: 'docker', dialect: 'docker' }, ['a'])).toEqual([
      'rm',
      '--force',
      '--volumes',
      'a',
    ]);
  });
});

describe('the push', () => {
  it('is in the schema-2 format by podman, which could write another', () => {
    expect(pushArguments({ command: 'podman', dialect: 'podman' }, 'r/x:1')).toEqual([
      'push',
      '--format',
      'v2s2',
      'r/x:1',
    ]);
    expect(pushArguments({ command: 'docker', dialect: 'docker' }, 'r/x:1')).toEqual(['push', 'r/x:1']);
  });
});
