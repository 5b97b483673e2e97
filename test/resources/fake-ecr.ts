import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../src/core/clock.ts';
import { type CloudClients, createClients } from '../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../src/resources/sdk/cloud-address.ts';

/** The images behind an ECR API: a map, or a real registry. */
export interface ImageStore {
  /** Host and port; part of each repository's URI. */
  server: string;
  find(repository: string, tag: string): Promise<{ digest: string; mediaType: string } | undefined>;
  remove(repository: string, digest: string): Promise<void>;
}

export interface FakeEcr {
  url: string;
  clients: CloudClients;
  /** Operations asked for, in order. */
  calls: string[];
  /** Repository → its tags, and the settings that it was made with. */
  repositories: Map<string, Record<string, unknown>>;
  /** Told the operation before it is carried out; what it throws is answered as an ECR error of that name. */
  before(operation: string): void;
  close(): Promise<void>;
}

/** ECR's API over repositories in memory. @param password what an authorization token holds */
export async function startFakeEcr(images: ImageStore, password: string): Promise<FakeEcr> {
  const repositories: FakeEcr['repositories'] = new Map();
  const calls: string[] = [];
  const operations = operationsOn(repositories, images, password);
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const input = JSON.parse((await text(request)) || '{}');
    calls.push(operation);
    const answer = async () => {
      ecr.before(operation);
      const carryOut = operations[operation];
      if (!carryOut) throw named('UnknownOperationException', operation);
      return carryOut(input);
    };
    const [status, body] = await answer().then(
      (output) => [200, output] as const,
      (error: Error) => [400, { __type: error.name, message: error.message }] as const,
    );
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  const url = await listening(server);
  const clients = createClients({
    clock: systemClock,
    signal: new AbortController().signal,
    cloud: standInAddress({ url, region: 'us-east-1', timeScale: 1 }),
    attempts: 1,
  });
  const ecr: FakeEcr = {
    url,
    clients,
    calls,
    repositories,
    before: () => {},
    async close() {
      clients.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return ecr;
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

// biome-ignore lint/suspicious/noExplicitAny: requests as they come over the wire
type Operation = (input: any) => Promise<object> | object;

function operationsOn(
  repositories: FakeEcr['repositories'],
  images: ImageStore,
  password: string,
): Record<string, Operation> {
  const arnOf = (name: string) => `arn:aws:ecr:us-east-1:123456789012:repository/${name}`;
  const describe = (name: string) => {
    const repository = repositories.get(name);
    if (!repository) throw named('RepositoryNotFoundException', `The repository '${name}' does not exist`);
    return {
      ...repository,
      repositoryName: name,
      repositoryArn: arnOf(name),
      repositoryUri: `${images.server}/${name}`,
    };
  };
  return {
    CreateRepository({ repositoryName, ...settings }) {
      if (repositories.has(repositoryName)) throw named('RepositoryAlreadyExistsException');
      repositories.set(repositoryName, settings);
      return { repository: describe(repositoryName) };
    },
    DescribeRepositories: ({ repositoryNames }) => ({ repositories: repositoryNames.map(describe) }),
    ListTagsForResource: ({ resourceArn }) => ({
      tags: repositories.get(resourceArn.slice(arnOf('').length))?.['tags'] ?? [],
    }),
    DeleteRepository({ repositoryName, force }) {
      const repository = describe(repositoryName);
      if (!force) throw named('RepositoryNotEmptyException');
      repositories.delete(repositoryName);
      return { repository };
    },
    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          proxyEndpoint: `https://${images.server}`,
        },
      ],
    }),
    async DescribeImages({ repositoryName, imageIds }) {
      describe(repositoryName);
      const found = await images.find(repositoryName, imageIds[0].imageTag);
      if (!found) throw named('ImageNotFoundException', 'The image does not exist');
      return { imageDetails: [{ imageDigest: found.digest, imageManifestMediaType: found.mediaType }] };
    },
    async BatchDeleteImage({ repositoryName, imageIds }) {
      describe(repositoryName);
      const found = await images.find(repositoryName, imageIds[0].imageTag);
      if (!found)
        return { failures: [{ failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }] };
      await images.remove(repositoryName, found.digest);
      return { imageIds, failures: [] };
    },
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
