import { broughtEndpointKind } from './brought-endpoint.ts';
import { bucketKind } from './bucket/bucket.ts';
import { ecrRepositoryKind } from './ecr-repository.ts';
import { endpointKind } from './endpoint/endpoint.ts';
import { endpointConfigKind } from './endpoint-config.ts';
import { expiryScheduleKind } from './expiry-schedule.ts';
import { httpApiKind } from './http-api/http-api.ts';
import { iamRoleKind } from './iam-role/iam-role.ts';
import { imageKind } from './image.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { lambdaFunctionKind } from './lambda-function/lambda-function.ts';
import { lambdaPermissionKind } from './lambda-permission.ts';
import { logGroupKind } from './log-group.ts';
import { metricAlarmKind } from './metric-alarm.ts';
import { modelKind } from './model.ts';
import { modelObjectKind } from './model-object.ts';
import { scalableTargetKind } from './scalable-target/scalable-target.ts';
import { scalingPolicyKind } from './scaling-policy.ts';

/**
 * Every kind that a ledger may name on either target, but for the background processes of the local one, in the order
 * in which `up` makes them: what comes later may hang on what comes earlier. Removal, the policy to grant, doctor's
 * list of permissions and the search for orphans all read it.
 */
export const cloudKinds: readonly CloudKind<never, unknown>[] = [
  // First, so that orphans of it go last of all: no late line of whatever writes there brings one back.
  logGroupKind,
  bucketKind,
  modelObjectKind,
  ecrRepositoryKind,
  imageKind,
  iamRoleKind,
  modelKind,
  endpointConfigKind,
  expiryScheduleKind,
  endpointKind,
  broughtEndpointKind,
  scalableTargetKind,
  scalingPolicyKind,
  metricAlarmKind,
  lambdaFunctionKind,
  httpApiKind,
  lambdaPermissionKind,
];
