import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/resources/engine/resource.ts';
import { ecrRepositoryKind } from '../../../src/resources/kinds/ecr-repository.ts';
import { type ImageSource, imageKind } from '../../../src/resources/kinds/image.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type FakeEcr, named, startFakeEcr } from '../fake-ecr.ts';

const schema2 = 'application/vnd.docker.distribution.manifest.v2+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** `repository:tag` → image. */
let images: Map<string, { digest: string; mediaType: string }>;
let ecr: FakeEcr;
let scope: Scope;
let clock: ManualClock;
let abort: AbortController;
let waitedFor: string[];

beforeEach(async () => {
  images = new Map();
  ecr = await startFakeEcr(
    {
      server: 'registry.example:5000',
      find: async (repository, tag) => images.get(`${repository}:${tag}`),
      remove: async (repository, digest) => {
        for (const [name, image] of images) {
          if (name.startsWith(`${repository}:`) && image.digest === digest) images.delete(name);
        }
      },
    },
    'a password',
  );
  clock = new ManualClock();
  abort = new AbortController();
  waitedFor = [];
  scope = {
    clients: ecr.clients,
    clock,
    signal: abort.signal,
    experiment: 'mine',
    waiting: (state) => waitedFor.push(state),
  };
});
afterEach(() => ecr.close());

describe('a repository', () => {
  const spec = { name: 'mlbench-serving' };
  const identifiers = ecrRepositoryKind.identify(spec);

  it('is made once, tagged, with tags that cannot be moved, and found again', async () => {
    const { outcome, state } = await ecrRepositoryKind.ensure(spec, scope, undefined);
    expect(outcome).toBe('created');
    expect(state.uri).toBe('registry.example:5000/mlbench-serving');
    expect(ecr.repositories.get('mlbench-serving')).toEqual({
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'AES256' },
      tags: [{ Key: 'mlbench:experiment', Value: 'mine' }],
    });
    expect(await ecrRepositoryKind.describe(identifiers, scope)).toEqual({ state, owner: 'mine' });
    expect((await ecrRepositoryKind.ensure(spec, scope, undefined)).outcome).toBe('unchanged');
  });

  it('is foreseen as ECR names it, in China too', () => {
    const place = { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' };
    expect(ecrRepositoryKind.foresee?.(spec, place)).toEqual({
      name: 'mlbench-serving',
      arn: 'arn:aws:ecr:eu-west-1:123456789012:repository/mlbench-serving',
      uri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mlbench-serving',
    });
    const china = { ...place, region: 'cn-north-1', partition: 'aws-cn' };
    expect(ecrRepositoryKind.foresee?.(spec, china).uri).toMatch(/cn-north-1\.amazonaws\.com\.cn/);
  });

  it('is somebody else’s without the tag', async () => {
    ecr.repositories.set('mlbench-serving', {});
    expect(await ecrRepositoryKind.describe(identifiers, scope)).toMatchObject({ owner: null });
  });

  it('was made after all where the answer was lost', async () => {
    ecr.before = (operation) => {
      if (operation !== 'CreateRepository') return;
      ecr.repositories.set('mlbench-serving', { tags: [{ Key: 'mlbench:experiment', Value: 'mine' }] });
    };
    expect(await ecrRepositoryKind.ensure(spec, scope, undefined)).toMatchObject({ outcome: 'created' });
  });

  it('goes with its images, and may be gone already', async () => {
    await ecrRepositoryKind.ensure(spec, scope, undefined);
    expect(await ecrRepositoryKind.remove(identifiers, scope)).toBe('removed');
    expect(await ecrRepositoryKind.describe(identifiers, scope)).toBeUndefined();
    expect(await ecrRepositoryKind.remove(identifiers, scope)).toBe('removed');
  });
});

describe('an image', () => {
  const repository = { name: 'serving', uri: 'registry.example:5000/serving' };
  let published: Parameters<ImageSource['publish']>[];
  let publish: () => void;
  const spec = {
    repository,
    source: {
      contentHash: 'abc',
      publish: async (...args: Parameters<ImageSource['publish']>) => {
        published.push(args);
        publish();
      },
    },
  };
  const identifiers = imageKind.identify(spec);
  const ensure = () => imageKind.ensure(spec, scope, undefined);
  const push = (mediaType = schema2) => images.set('serving:abc', { digest: 'sha256:1', mediaType });

  beforeEach(() => {
    ecr.repositories.set('serving', {});
    published = [];
    publish = () => push();
  });

  it('is built and pushed under the hash of its content, and named by its digest', async () => {
    expect(await ensure()).toEqual({
      outcome: 'created',
      state: { uri: 'registry.example:5000/serving@sha256:1', mediaType: schema2 },
    });
    expect(published).toHaveLength(1);
    const [reference, login] = published[0] ?? [];
    expect(reference).toBe('registry.example:5000/serving:abc');
    expect(login).toEqual({ server: 'registry.example:5000', username: 'AWS', password: 'a password' });
    expect(await imageKind.describe(identifiers, scope)).toEqual({
      state: { uri: 'registry.example:5000/serving@sha256:1', mediaType: schema2 },
    });
  });

  it('is not built where there is one: no engine and no login is asked for', async () => {
    push();
    expect(await ensure()).toMatchObject({
      outcome: 'unchanged',
      state: { uri: expect.stringContaining('@sha256:1') },
    });
    expect(published).toEqual([]);
    expect(ecr.calls).toEqual(['DescribeImages']);
  });

  it('tells what its making waits for', async () => {
    publish = () => {
      published[0]?.[2].progress('building with docker');
      push();
    };
    await ensure();
    expect(waitedFor).toEqual(['building with docker']);
  });

  it('is waited for where the registry takes its time, and not for ever', async () => {
    publish = () => {};
    const failing = ensure();
    let settled = false;
    failing.catch(() => {
      settled = true;
    });
    while (!settled) await clock.advance(1_000);
    await expect(failing).rejects.toMatchObject({ code: 'wait-timeout' });
  });

  it('counts as pushed where only the last answer was lost', async () => {
    publish = () => {
      push();
      throw new Error('the connection was cut');
    };
    expect((await ensure()).outcome).toBe('created');
  });

  it('fails as its making fails', async () => {
    publish = () => {
      throw named('MlbenchError', 'docker build failed');
    };
    await expect(ensure()).rejects.toThrow('docker build failed');
  });

  it('is not taken for pushed after a Ctrl-C', async () => {
    publish = () => {
      push();
      abort.abort(new Error('interrupted'));
      throw new Error('killed');
    };
    await expect(ensure()).rejects.toThrow('interrupted');
  });

  it('is removed again where SageMaker could not host it', async () => {
    publish = () => push(ociIndex);
    await expect(ensure()).rejects.toMatchObject({
      code: 'image-manifest',
      message: expect.stringContaining(ociIndex),
      remedy: expect.stringContaining('MLBENCH_CONTAINER_ENGINE'),
    });
    expect(images.size).toBe(0);
  });

  it('takes the place of one that SageMaker could not host', async () => {
    push(ociIndex);
    const standing = await imageKind.describe(identifiers, scope);
    expect(imageKind.differences?.(spec, standing!.state, undefined)).toEqual([
      `pushed anew: SageMaker hosts no ${ociIndex}`,
    ]);
    expect((await ensure()).outcome).toBe('updated');
    expect(images.get('serving:abc')).toMatchObject({ mediaType: schema2 });
  });

  it('is removed, and may be gone already, with its repository too', async () => {
    push();
    expect(await imageKind.remove(identifiers, scope)).toBe('removed');
    expect(await imageKind.describe(identifiers, scope)).toBeUndefined();
    expect(await imageKind.remove(identifiers, scope)).toBe('removed');
    ecr.repositories.clear();
    expect(await imageKind.describe(identifiers, scope)).toBeUndefined();
    expect(await imageKind.remove(identifiers, scope)).toBe('removed');
  });
});
