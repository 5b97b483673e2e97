import { type Declared, declare } from '../engine/resource.ts';
import { type HttpApiState, httpApiKind } from '../kinds/http-api/http-api.ts';
import { iamRoleKind, roleName } from '../kinds/iam-role/iam-role.ts';
import { apiRole } from '../kinds/iam-role/role-policies.ts';
import type { ExperimentNames } from '../kinds/kind/names.ts';
import type { LambdaBundle } from '../kinds/lambda-function/lambda-bundle.ts';
import { lambdaFunctionKind } from '../kinds/lambda-function/lambda-function.ts';
import { lambdaPermissionKind } from '../kinds/lambda-permission.ts';
import { logGroupKind, logGroupName } from '../kinds/log-group.ts';
import type { StackFrame } from './stack-frame.ts';

/** The `/evaluate` REST API on Lambda and API Gateway. */
export interface ApiSpec {
  bundle: LambdaBundle;
  /** Requests a second that the API lets through; it is open to whoever knows its URL. */
  throttleRps: number;
  logRetentionDays: number;
}

/**
 * An HTTP API waits no longer for its function:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const timeoutSeconds = 30;

/**
 * More memory is more CPU on Lambda, and so a shorter cold start:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. How much shorter was not measured.
 */
const memoryMb = 1_024;

/** What the function and the HTTP API are called. */
export function apiName({ of }: ExperimentNames): string {
  return of('evaluate');
}

/**
 *   log-group ← role ← function ← http-api ← permission
 *               access log-group ┘
 */
export function declareApi(
  { bundle, throttleRps, logRetentionDays }: ApiSpec,
  { names, place }: StackFrame,
): { api: Declared<HttpApiState>; all: Declared[] } {
  // Before whatever may write there, so that it goes last and no late line brings it back.
  const name = apiName(names);
  const logGroup = logGroupName.ofFunction(name);
  const logs = declare(logGroupKind, {}, () => ({ name: logGroup, retentionDays: logRetentionDays }));
  const policies = apiRole(place, { endpointName: names.endpoint, logGroup });
  const role = declare(
    iamRoleKind,
    {},
    () => ({
      name: roleName(names, 'evaluate', place.region),
      description: `Lets the function ${name} invoke the endpoint ${names.endpoint}`,
      ...policies,
    }),
    [logs],
  );
  const accessLogs = declare(logGroupKind, {}, () => ({
    name: logGroupName.ofAccess(name),
    retentionDays: logRetentionDays,
  }));
  const lambda = declare(lambdaFunctionKind, { role }, (made) => ({
    name,
    roleArn: made.role.arn,
    bundle,
    environment: { ENDPOINT_NAME: names.endpoint },
    timeoutSeconds,
    memoryMb,
  }));
  const api = declare(httpApiKind, { lambda, accessLogs }, (made) => ({
    name,
    functionArn: made.lambda.arn,
    accessLogGroupArn: made.accessLogs.arn,
    throttle: { rateRps: throttleRps, burst: throttleRps },
  }));
  const permission = declare(lambdaPermissionKind, { lambda, api }, (made) => ({
    functionName: made.lambda.name,
    statementId: 'api-gateway',
    sourceArn: made.api.executeArn,
  }));
  return { api, all: [logs, role, accessLogs, lambda, api, permission] };
}
