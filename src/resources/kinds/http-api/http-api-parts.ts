import type { ApiGatewayV2Client, Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { difference, type Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import { tagMapFor } from '../kind/tags.ts';

/** What an HTTP API must have to serve `/evaluate`. */
export interface WantedParts {
  functionArn: string;
  accessLogGroupArn: string;
  throttle: { rateRps: number; burst: number };
}

/** What it has; `''` and 0: nothing yet. */
export interface HttpApiParts extends WantedParts {
  /** Every route leads to the function. */
  hasRoutes: boolean;
}

/**
 * The paths that the handler (`src/api/evaluate.ts`) knows, with every method: it answers preflights and wrong methods
 * itself. The gateway answers all other paths as the local front does, with 404 and `{"message":"Not Found"}`.
 */
const routeKeys = ['ANY /', 'ANY /evaluate'] as const;

/** The one stage whose name is not part of the URL. */
const stageName = '$default';

/**
 * A line for each request, to take its time apart: the gateway's own, the function's, and the model's in the function's
 * log.
 */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
});

export function partDifferences(wanted: WantedParts, is: HttpApiParts): string[] {
  return [
    ...difference('function', is.functionArn || 'none', wanted.functionArn),
    ...(is.hasRoutes ? [] : [`routes ${routeKeys.join(', ')}`]),
    ...difference('requests a second', is.throttle.rateRps, wanted.throttle.rateRps),
    ...difference('requests at once', is.throttle.burst, wanted.throttle.burst),
    ...difference('access log', is.accessLogGroupArn || 'none', wanted.accessLogGroupArn),
  ];
}

export async function apiParts(apiId: string, scope: Scope): Promise<HttpApiParts> {
  const gateway = await scope.clients.apiGateway();
  const integration = await integrationOf(gateway, apiId);
  const routes = await routesOf(gateway, apiId);
  const stage = await stageOf(gateway, apiId);
  return {
    functionArn: integration?.IntegrationUri ?? '',
    hasRoutes: routeKeys.every((key) =>
      routes.some(({ RouteKey, Target }) => RouteKey === key && Target === targetOf(integration)),
    ),
    throttle: {
      rateRps: stage?.DefaultRouteSettings?.ThrottlingRateLimit ?? 0,
      burst: stage?.DefaultRouteSettings?.ThrottlingBurstLimit ?? 0,
    },
    accessLogGroupArn: stage?.AccessLogSettings?.DestinationArn ?? '',
  };
}

/** Makes or changes what differs, in the order in which one part needs the other. */
export async function completeApi(apiId: string, wanted: WantedParts, scope: Scope): Promise<void> {
  const gateway = await scope.clients.apiGateway();
  const integration = await completeIntegration(gateway, apiId, wanted.functionArn);
  await completeRoutes(gateway, apiId, targetOf(integration));
  await completeStage(gateway, apiId, wanted, scope);
}

/** The SDK has no paginators for this service. */
export async function allPages<Item>(
  get: (
    nextToken: string | undefined,
  ) => Promise<{ Items?: Item[] | undefined; NextToken?: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let nextToken: string | undefined;
  do {
    const page = await get(nextToken);
    items.push(...(page.Items ?? []));
    nextToken = page.NextToken;
  } while (nextToken);
  return items;
}

async function completeIntegration(
  gateway: ApiGatewayV2Client,
  ApiId: string,
  functionArn: string,
): Promise<Integration> {
  const { CreateIntegrationCommand, UpdateIntegrationCommand } = await import('@aws-sdk/client-apigatewayv2');
  const existing = await integrationOf(gateway, ApiId);
  if (existing?.IntegrationUri === functionArn) return existing;
  if (existing) {
    const { IntegrationId } = existing;
    await gateway.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri: functionArn }));
    return existing;
  }
  const created = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
      // What the handler reckons with (`answerWithinMs`); the gateway waits for 30 s at most.
      TimeoutInMillis: 29_000,
    }),
  );
  // Not necessarily the one that everybody else will take for it: an answer that was lost made another before.
  return (await integrationOf(gateway, ApiId)) ?? created;
}

async function completeRoutes(
  gateway: ApiGatewayV2Client,
  ApiId: string,
  Target: string | undefined,
): Promise<void> {
  const { CreateRouteCommand, UpdateRouteCommand } = await import('@aws-sdk/client-apigatewayv2');
  const routes = await routesOf(gateway, ApiId);
  for (const RouteKey of routeKeys) {
    const route = routes.find((candidate) => candidate.RouteKey === RouteKey);
    if (!route) {
      await unlessThere(gateway.send(new CreateRouteCommand({ ApiId, RouteKey, Target })));
    } else if (route.Target !== Target) {
      await gateway.send(new UpdateRouteCommand({ ApiId, RouteId: route.RouteId, Target }));
    }
  }
}

async function completeStage(
  gateway: ApiGatewayV2Client,
  ApiId: string,
  { throttle, accessLogGroupArn }: WantedParts,
  scope: Scope,
): Promise<void> {
  const { CreateStageCommand, UpdateStageCommand } = await import('@aws-sdk/client-apigatewayv2');
  const settings = {
    ApiId,
    StageName: stageName,
    AutoDeploy: true,
    DefaultRouteSettings: {
      ThrottlingRateLimit: throttle.rateRps,
      ThrottlingBurstLimit: throttle.burst,
    },
    AccessLogSettings: { DestinationArn: accessLogGroupArn, Format: accessLogFormat },
  };
  const stage = await stageOf(gateway, ApiId);
  if (!stage) {
    await unlessThere(
      gateway.send(new CreateStageCommand({ ...settings, Tags: tagMapFor(scope.experiment) })),
    );
    return;
  }
  const is = stage.DefaultRouteSettings;
  const isAsWanted =
    is?.ThrottlingRateLimit === throttle.rateRps &&
    is.ThrottlingBurstLimit === throttle.burst &&
    stage.AccessLogSettings?.DestinationArn === accessLogGroupArn;
  if (!isAsWanted) await gateway.send(new UpdateStageCommand(settings));
}

/** The one of the smallest id, where a lost answer made two. */
async function integrationOf(gateway: ApiGatewayV2Client, ApiId: string): Promise<Integration | undefined> {
  const { GetIntegrationsCommand } = await import('@aws-sdk/client-apigatewayv2');
  const found = await allPages<Integration>((NextToken) =>
    gateway.send(new GetIntegrationsCommand({ ApiId, NextToken })),
  );
  return found.sort((a, b) => (a.IntegrationId ?? '').localeCompare(b.IntegrationId ?? ''))[0];
}

async function routesOf(gateway: ApiGatewayV2Client, ApiId: string): Promise<Route[]> {
  const { GetRoutesCommand } = await import('@aws-sdk/client-apigatewayv2');
  return allPages<Route>((NextToken) => gateway.send(new GetRoutesCommand({ ApiId, NextToken })));
}

async function stageOf(gateway: ApiGatewayV2Client, ApiId: string) {
  const { GetStageCommand } = await import('@aws-sdk/client-apigatewayv2');
  return gateway.send(new GetStageCommand({ ApiId, StageName: stageName })).catch((error: unknown) => {
    if (isCloudError(error, 'NotFoundException')) return undefined;
    throw error;
  });
}

function targetOf(integration: Integration | undefined): string | undefined {
  return integration && `integrations/${integration.IntegrationId}`;
}

/** A create whose answer was lost, and that was tried again. */
async function unlessThere(creating: Promise<unknown>): Promise<void> {
  await creating.catch((error: unknown) => {
    if (!isCloudError(error, 'ConflictException')) throw error;
  });
}
