/** Tells moto's ECR of an image, as a push would: `node push-image.ts MOTO_URL REPOSITORY:TAG`. */
import { createMoto } from './moto-calls.ts';

const [url = '', reference = ''] = process.argv.slice(2);
const [, repositoryName, imageTag] = /^[^/]+\/(.+):([^:]+)$/.exec(reference) ?? [];
const imageManifestMediaType = 'application/vnd.docker.distribution.manifest.v2+json';
const imageManifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: imageManifestMediaType,
  config: {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: 2,
    digest: `sha256:${'0'.repeat(64)}`,
  },
  layers: [],
});
const moto = createMoto(url);
const put = { repositoryName, imageTag, imageManifest, imageManifestMediaType };
const done = await moto.ask('AmazonEC2ContainerRegistry_V20150921.PutImage', 'ecr', put);
moto.close();
if (!done) throw new Error(`moto did not take ${reference}`);
