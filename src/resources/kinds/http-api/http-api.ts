import type { Api } from '@aws-sdk/client-apigatewayv2';
import { waitOut } from '../../consistency/wait.ts';
import type { Observed, Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import { everything } from '../kind/permission.ts';
import { ownerInMap, tagMapFor } from '../kind/tags.ts';
import { allPages, apiParts, completeApi, type HttpApiParts, partDifferences } from './http-api-parts.ts';

export interface HttpApiSpec {
  name: string;
  functionArn: string;
  /** Without `:*` at its end. */
  accessLogGroupArn: string;
  /** Of all callers together; the gateway answers more than that with 429. */
  throttle: { rateRps: number; burst: number };
}

export interface HttpApiState {
  name: string;
  /** `*` as long as there is none. */
  apiId: string;
  /** `https://ID.execute-api.REGION.amazonaws.com/evaluate` */
  url: string;
  /** All stages and routes of it: the `sourceArn` of the permission to invoke the function. */
  executeArn: string;
  parts: HttpApiParts;
}

/**
 * The HTTP API before the function. API Gateway chooses its id and lets any number of APIs have one name, so it is
 * found by name and tag as well: a process killed right after making it has never heard of the id.
 */
export const httpApiKind: CloudKind<HttpApiSpec, HttpApiState> = {
  kind: 'http-api',
  identify: ({ name }) => ({ name }),
  foresee: (spec, { partition, region, accountId }, standing) => ({
    name: spec.name,
    apiId: standing?.apiId ?? '*',
    url:
      standing?.url ??
      `https://*.execute-api.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/evaluate`,
    executeArn: standing?.executeArn ?? `arn:${partition}:execute-api:${region}:${accountId}:*/*`,
    parts: {
      functionArn: spec.functionArn,
      accessLogGroupArn: spec.accessLogGroupArn,
      throttle: spec.throttle,
      hasRoutes: true,
    },
  }),
  differences: (spec, state) => partDifferences(spec, state.parts),
  async describe({ name, apiId }, scope) {
    const [api] = await find(name, apiId, scope);
    return api && observe(api, scope);
  },
  async ensure(spec, scope) {
    const [existing, ...twins] = await find(spec.name, undefined, scope);
    // A create whose answer was lost, and that was tried again, makes two.
    for (const twin of twins) await remove(twin, scope);
    const api: ApiIdentity = existing ?? (await create(spec.name, scope));
    const before = existing && (await observe(api, scope)).state;
    const changed = before === undefined || partDifferences(spec, before.parts).length > 0;
    if (changed) await completeApi(api.ApiId ?? '', spec, scope);
    const state = changed ? (await observe(api, scope)).state : before;
    return {
      outcome: before === undefined ? 'created' : changed ? 'updated' : 'unchanged',
      state,
      learnt: { apiId: state.apiId, url: state.url },
    };
  },
  async remove({ name, apiId }, scope) {
    for (const api of await find(name, apiId, scope)) await remove(api, scope);
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'apigateway:GET',
        'apigateway:POST',
        'apigateway:PATCH',
        'apigateway:PUT',
        'apigateway:DELETE',
      ],
      // APIs are named by ids that API Gateway chooses.
      resources: ['apis', 'apis/*', 'tags/*'].map((path) => `arn:{partition}:apigateway:{region}::/${path}`),
    },
    {
      // No calls: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
      ],
      resources: everything,
    },
  ],
  async nominate({ clients }) {
    const { GetApisCommand } = await import('@aws-sdk/client-apigatewayv2');
    const gateway = await clients.apiGateway();
    const apis = await allPages<Api>((NextToken) => gateway.send(new GetApisCommand({ NextToken })));
    return apis.flatMap(({ Name: name = '', ApiId: apiId = '', Tags, CreatedDate }) => {
      const experiment = ownerInMap(Tags);
      return experiment === null
        ? []
        : [{ identifiers: { name, apiId }, experiment, createdAt: CreatedDate }];
    });
  },
};

/** The oldest first. */
async function find(name: string, apiId: string | undefined, scope: Scope): Promise<Api[]> {
  const { GetApisCommand } = await import('@aws-sdk/client-apigatewayv2');
  const gateway = await scope.clients.apiGateway();
  const apis = await allPages<Api>((NextToken) => gateway.send(new GetApisCommand({ NextToken })));
  const found = apis.filter(
    (api) =>
      (api.Name === name && ownerInMap(api.Tags) === scope.experiment) ||
      (apiId !== undefined && api.ApiId === apiId),
  );
  return found.sort((a, b) => createdMs(a) - createdMs(b) || (a.ApiId ?? '').localeCompare(b.ApiId ?? ''));
}

function createdMs({ CreatedDate }: Api): number {
  return CreatedDate?.getTime() ?? 0;
}

/** As much of an API as listing and making it both tell. */
type ApiIdentity = Partial<Pick<Api, 'ApiId' | 'Name' | 'ApiEndpoint' | 'Tags'>>;

async function observe(
  api: ApiIdentity,
  scope: Scope,
): Promise<Observed<HttpApiState> & { state: HttpApiState }> {
  const { partition, region, accountId } = await scope.clients.place();
  const apiId = api.ApiId ?? '';
  return {
    owner: ownerInMap(api.Tags),
    state: {
      name: api.Name ?? '',
      apiId,
      url: `${api.ApiEndpoint}/evaluate`,
      executeArn: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/*`,
      parts: await apiParts(apiId, scope),
    },
  };
}

async function create(name: string, scope: Scope): Promise<ApiIdentity> {
  const { CreateApiCommand } = await import('@aws-sdk/client-apigatewayv2');
  const gateway = await scope.clients.apiGateway();
  return gateway.send(
    new CreateApiCommand({ Name: name, ProtocolType: 'HTTP', Tags: tagMapFor(scope.experiment) }),
  );
}

/** With it go its integration, routes and stage. */
async function remove({ ApiId }: Api, scope: Scope): Promise<void> {
  const { DeleteApiCommand } = await import('@aws-sdk/client-apigatewayv2');
  const gateway = await scope.clients.apiGateway();
  await waitOut(
    () => gateway.send(new DeleteApiCommand({ ApiId })),
    // One API in 30 s, for the whole account: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    (refusal) =>
      isCloudError(refusal, 'TooManyRequestsException')
        ? 'waiting for API Gateway to remove another'
        : undefined,
    scope,
    { intervalMs: 10_000, timeoutMs: 180_000 },
  ).catch((error: unknown) => {
    if (!isCloudError(error, 'NotFoundException')) throw error;
  });
}
