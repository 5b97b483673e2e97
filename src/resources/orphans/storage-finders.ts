import { bucketKind } from '../bucket.ts';
import { ecrRepositoryKind } from '../ecr-repository.ts';
import { logGroupKind } from '../log-group.ts';
import { namesFor } from '../names.ts';
import { type Nominee, namePrefix, namesTagged, nominee, type OrphanFinder } from './orphan.ts';

/** Buckets, repositories and log groups. What is in them goes with them. */
export const storageFinders: readonly OrphanFinder[] = [
  {
    kind: bucketKind,
    async find(search) {
      const { paginateListBuckets } = await import('@aws-sdk/client-s3');
      const place = await search.clients.place();
      const client = await search.clients.s3();
      const found: Nominee[] = [];
      const prefix = { Prefix: namePrefix };
      for await (const { Buckets } of paginateListBuckets({ client }, prefix))
        for (const { Name = '', CreationDate } of Buckets ?? []) {
          // Buckets of all regions are listed; ours are named after account and region.
          const experiment = /^mlbench(?:-(.+?))??-\d{12}-[a-z0-9-]+$/.exec(Name);
          if (experiment === null) continue;
          const owner = experiment[1] ?? 'mlbench';
          if (namesFor(owner).bucket(place) !== Name) continue;
          found.push({ identifiers: { name: Name }, experiment: owner, createdAt: CreationDate });
        }
      return found;
    },
  },
  {
    kind: ecrRepositoryKind,
    async find(search) {
      const { paginateDescribeRepositories } = await import('@aws-sdk/client-ecr');
      const client = await search.clients.ecr();
      const found = namesTagged(search, /:ecr:.*:repository\/(.+)$/);
      for await (const { repositories } of paginateDescribeRepositories({ client }, {}))
        for (const { repositoryName, createdAt } of repositories ?? [])
          if (repositoryName?.startsWith(namePrefix)) found.push(...nominee(repositoryName, createdAt));
      return found;
    },
  },
  {
    kind: logGroupKind,
    async find(search) {
      const { paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
      const client = await search.clients.logs();
      const found = namesTagged(search, /:logs:.*:log-group:([^:]+)/);
      const { endpointLogs, apiLogs, apiAccessLogs } = namesFor(namePrefix);
      for (const name of [endpointLogs, apiLogs, apiAccessLogs]) {
        const logGroupNamePrefix = `${name.slice(0, name.lastIndexOf('/'))}/${namePrefix}`;
        for await (const { logGroups } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
          for (const { logGroupName, creationTime } of logGroups ?? [])
            found.push(
              ...nominee(logGroupName, creationTime === undefined ? undefined : new Date(creationTime)),
            );
      }
      return found;
    },
  },
];
