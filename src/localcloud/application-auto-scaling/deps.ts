import { z } from 'zod';
import type { ScalableTarget } from '../../scaling/engine/state.ts';
import {
  parseVariantId,
  type VariantId,
  variantDimension,
} from '../../scaling/policies/predefined-metric.ts';
import type { ScalingLoop } from '../scaling/scaling-loop.ts';
import { integerField, textField } from '../service/fields.ts';
import { ServiceError, validationError } from '../service/operation.ts';
import type { VariantControl } from '../service/ports.ts';

/** What Application Auto Scaling's operations work on. */
export interface ApplicationAutoScalingDeps {
  scaling: ScalingLoop;
  variants: VariantControl;
}

export const serviceNamespaceField = z.enum([
  'ecs',
  'elasticmapreduce',
  'ec2',
  'appstream',
  'dynamodb',
  'rds',
  'sagemaker',
  'custom-resource',
  'comprehend',
  'lambda',
  'cassandra',
  'kafka',
  'elasticache',
  'neptune',
  'workspaces',
]);
export const resourceIdField = textField({ min: 1, max: 1_600 });
export const scalableDimensionField = textField({ min: 1 });
export const policyNameField = textField({ min: 1, max: 256, pattern: /^[\x20-\x7E]+$/ });
/** AWS forbids `|`, `/` and `:` as well as whatever cannot be seen. */
export const scheduledActionNameField = textField({
  min: 1,
  max: 256,
  pattern: /^(?!.*[|/:])[\x20-\x7E]+$/,
});

export const targetId = {
  ServiceNamespace: serviceNamespaceField,
  ResourceId: resourceIdField,
  ScalableDimension: scalableDimensionField,
};

export const pageInput = {
  MaxResults: integerField({ min: 1, max: 50 }).optional(),
  NextToken: textField().optional(),
};

export interface TargetId {
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
}

/** @throws ServiceError unless it names a SageMaker variant's instance count: nothing else scales here. */
export function variantOf(id: TargetId): VariantId {
  const variant = parseVariantId(id.ResourceId);
  if (id.ServiceNamespace !== 'sagemaker' || id.ScalableDimension !== variantDimension || !variant)
    throw validationError('Unsupported service namespace, resource type or scalable dimension');
  return variant;
}

/** @throws ServiceError ObjectNotFoundException: `No scalable target registered for service namespace: …` */
export function registeredTarget(
  scaling: ScalingLoop,
  id: TargetId,
  verb: 'registered' | 'found',
): ScalableTarget {
  variantOf(id);
  const target = scaling.state().targets[id.ResourceId];
  if (!target) throw objectNotFound(`No scalable target ${verb} for ${describeTargetId(id)}`);
  return target;
}

export function objectNotFound(message: string): ServiceError {
  return new ServiceError('ObjectNotFoundException', message);
}

export function describeTargetId(id: TargetId): string {
  return `service namespace: ${id.ServiceNamespace}, resource ID: ${id.ResourceId}, scalable dimension: ${id.ScalableDimension}`;
}

const defaultPageSize = 50;

/** One page of a list; the token says how far the reader has come. */
export function pageOf<Item>(
  items: readonly Item[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: readonly Item[]; nextToken: string | undefined } {
  const from = input.NextToken === undefined ? 0 : readToken(input.NextToken);
  const to = from + (input.MaxResults ?? defaultPageSize);
  const nextToken = to < items.length ? Buffer.from(String(to)).toString('base64url') : undefined;
  return { items: items.slice(from, to), nextToken };
}

function readToken(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^\d{1,9}$/.test(text))
    throw new ServiceError('InvalidNextTokenException', 'The next token is not valid.');
  return Number(text);
}

/** Lists may be asked for one dimension only together with resources. */
export function checkDimensionFilter(
  dimension: string | undefined,
  resourceGiven: boolean,
  member: string,
): void {
  if (dimension !== undefined && !resourceGiven)
    throw validationError(`${member} must be specified when ScalableDimension is specified`);
}
