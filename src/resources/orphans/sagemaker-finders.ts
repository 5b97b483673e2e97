import { endpointKind } from '../endpoint.ts';
import { endpointConfigKind } from '../endpoint-config.ts';
import { modelKind } from '../model.ts';
import { scalableTargetKind, variantScaling } from '../scalable-target.ts';
import { scalingPolicyKind } from '../scaling-policy.ts';
import {
  type Nominee,
  namePrefix,
  namesTagged,
  nominee,
  type OrphanFinder,
  type OrphanSearch,
} from './orphan.ts';

const named = { NameContains: namePrefix };

/** What SageMaker keeps, by name and by tag, and what Application Auto Scaling keeps of its endpoints. */
export const sageMakerFinders: readonly OrphanFinder[] = [
  {
    kind: modelKind,
    async find(search) {
      const { paginateListModels } = await import('@aws-sdk/client-sagemaker');
      const found = namesTagged(search, /:sagemaker:.*:model\/(.+)$/);
      const client = await search.clients.sagemaker();
      for await (const { Models } of paginateListModels({ client }, named))
        found.push(...(Models ?? []).flatMap((one) => nominee(one.ModelName, one.CreationTime)));
      return found;
    },
  },
  {
    kind: endpointConfigKind,
    async find(search) {
      const { paginateListEndpointConfigs } = await import('@aws-sdk/client-sagemaker');
      const found = namesTagged(search, /:sagemaker:.*:endpoint-config\/(.+)$/);
      const client = await search.clients.sagemaker();
      for await (const { EndpointConfigs } of paginateListEndpointConfigs({ client }, named))
        found.push(
          ...(EndpointConfigs ?? []).flatMap((one) => nominee(one.EndpointConfigName, one.CreationTime)),
        );
      return found;
    },
  },
  {
    kind: endpointKind,
    async find(search) {
      const { paginateListEndpoints } = await import('@aws-sdk/client-sagemaker');
      const found = namesTagged(search, /:sagemaker:.*:endpoint\/(.+)$/);
      const client = await search.clients.sagemaker();
      for await (const { Endpoints } of paginateListEndpoints({ client }, named))
        found.push(...(Endpoints ?? []).flatMap((one) => nominee(one.EndpointName, one.CreationTime)));
      return found;
    },
  },
  {
    kind: scalableTargetKind,
    async find(search) {
      const { paginateDescribeScalableTargets } = await import('@aws-sdk/client-application-auto-scaling');
      const client = await search.clients.autoscaling();
      const found: Nominee[] = [];
      for await (const { ScalableTargets } of paginateDescribeScalableTargets({ client }, variantScaling))
        for (const { ResourceId, CreationTime } of ScalableTargets ?? [])
          found.push(...ofEndpoint(ResourceId, { name: ResourceId ?? '' }, CreationTime, search));
      return found;
    },
  },
  {
    kind: scalingPolicyKind,
    async find(search) {
      const { paginateDescribeScalingPolicies } = await import('@aws-sdk/client-application-auto-scaling');
      const client = await search.clients.autoscaling();
      const found: Nominee[] = [];
      for await (const { ScalingPolicies } of paginateDescribeScalingPolicies({ client }, variantScaling))
        for (const { ResourceId = '', PolicyName: name = '', CreationTime } of ScalingPolicies ?? [])
          found.push(...ofEndpoint(ResourceId, { name, resourceId: ResourceId }, CreationTime, search));
      return found;
    },
  },
];

/** What hangs on an endpoint that is an orphan is one too: it carries no tag. */
function ofEndpoint(
  resourceId: string | undefined,
  identifiers: Nominee['identifiers'],
  createdAt: Date | undefined,
  { confirmed }: OrphanSearch,
): Nominee[] {
  const endpointName = /^endpoint\/([^/]+)\/variant\//.exec(resourceId ?? '')?.[1];
  const endpoint = confirmed.find(({ kind, name }) => kind === endpointKind.kind && name === endpointName);
  return endpoint ? [{ identifiers, experiment: endpoint.experiment, createdAt }] : [];
}
