import { broughtEndpointKind } from './brought-endpoint.ts';
import { bucketKind } from './bucket.ts';
import { ecrRepositoryKind } from './ecr-repository.ts';
import { endpointKind } from './endpoint.ts';
import { endpointConfigKind } from './endpoint-config.ts';
import { expiryScheduleKind } from './expiry-schedule.ts';
import { httpApiKind } from './http-api.ts';
import { iamRoleKind } from './iam-role.ts';
import { imageKind } from './image.ts';
import { lambdaFunctionKind } from './lambda-function.ts';
import { lambdaPermissionKind } from './lambda-permission.ts';
import { logGroupKind } from './log-group.ts';
import { metricAlarmKind } from './metric-alarm.ts';
import { modelKind } from './model.ts';
import { modelObjectKind } from './model-object.ts';
import { scalableTargetKind } from './scalable-target.ts';
import { scalingPolicyKind } from './scaling-policy.ts';

/** Every kind that a ledger may name on either target, but for the background processes of the local one. */
export const cloudKinds = [
  bucketKind,
  modelObjectKind,
  ecrRepositoryKind,
  imageKind,
  iamRoleKind,
  logGroupKind,
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
