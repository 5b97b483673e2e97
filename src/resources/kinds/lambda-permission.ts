import type { Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { functions, retryWhileFunctionUpdates } from './lambda-function/function-updates.ts';

export interface LambdaPermissionSpec {
  functionName: string;
  /** Names it among the function's permissions. */
  statementId: string;
  /** Which API may invoke the function: an ARN of `execute-api`, with wildcards. */
  sourceArn: string;
}

export interface LambdaPermissionState {
  /** As it stands; `*` in place of an API that has no id yet. */
  sourceArn: string;
}

/** Lets an API invoke the function. It is part of the function, so it has no owner of its own. */
export const lambdaPermissionKind: CloudKind<LambdaPermissionSpec, LambdaPermissionState> = {
  kind: 'lambda-permission',
  identify: ({ functionName, statementId }) => ({
    name: `${functionName}/${statementId}`,
    functionName,
    statementId,
  }),
  foresee: ({ sourceArn }) => ({ sourceArn }),
  differences: (spec, state) =>
    covers(spec.sourceArn, state.sourceArn) ? [] : [`caller ${state.sourceArn} → ${spec.sourceArn}`],
  async describe({ functionName = '', statementId = '' }, scope) {
    const sourceArn = await observe(functionName, statementId, scope);
    return sourceArn === undefined ? undefined : { state: { sourceArn } };
  },
  async ensure(spec, scope) {
    const { functionName, statementId, sourceArn } = spec;
    const state = { sourceArn };
    const is = await observe(functionName, statementId, scope);
    if (is !== undefined && this.differences?.(spec, { sourceArn: is }, undefined).length === 0) {
      return { outcome: 'unchanged', state: { sourceArn: is } };
    }
    // Permissions cannot be altered, only put in another's place.
    if (is !== undefined) await this.remove(this.identify(spec), scope);
    await add(spec, scope);
    return { outcome: is === undefined ? 'created' : 'updated', state };
  },
  async remove({ functionName, statementId }, scope) {
    const { RemovePermissionCommand } = await import('@aws-sdk/client-lambda');
    const lambda = await scope.clients.lambda();
    const command = new RemovePermissionCommand({ FunctionName: functionName, StatementId: statementId });
    await retryWhileFunctionUpdates(() => lambda.send(command), scope).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
    return 'removed';
  },
  permissions: [
    {
      actions: ['lambda:AddPermission', 'lambda:RemovePermission', 'lambda:GetPolicy'],
      resources: functions,
    },
  ],
  // It goes with its function.
  nominate: null,
};

async function add(spec: LambdaPermissionSpec, scope: Scope): Promise<void> {
  const { AddPermissionCommand } = await import('@aws-sdk/client-lambda');
  const lambda = await scope.clients.lambda();
  const command = new AddPermissionCommand({
    FunctionName: spec.functionName,
    StatementId: spec.statementId,
    Principal: 'apigateway.amazonaws.com',
    Action: 'lambda:InvokeFunction',
    SourceArn: spec.sourceArn,
  });
  try {
    await retryWhileFunctionUpdates(() => lambda.send(command), scope);
  } catch (error) {
    // An add whose answer was lost, and that was tried again.
    if (!isCloudError(error, 'ResourceConflictException')) throw error;
    const is = await observe(spec.functionName, spec.statementId, scope);
    if (is !== spec.sourceArn) throw error;
  }
}

/** Which callers the function's policy lets in by that statement; undefined: no such statement, or no function. */
async function observe(functionName: string, statementId: string, scope: Scope): Promise<string | undefined> {
  const { GetPolicyCommand } = await import('@aws-sdk/client-lambda');
  const lambda = await scope.clients.lambda();
  let text: string | undefined;
  try {
    text = (await lambda.send(new GetPolicyCommand({ FunctionName: functionName }))).Policy;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  const policy = JSON.parse(text ?? '{}') as { Statement?: PermissionStatement[] };
  const statement = policy.Statement?.find(({ Sid }) => Sid === statementId);
  if (!statement) return undefined;
  const condition = statement.Condition?.ArnLike ?? {};
  const [, sourceArn = ''] = Object.entries(condition).find(([key]) => /^aws:SourceArn$/i.test(key)) ?? [];
  return sourceArn;
}

/** As Lambda writes what AddPermission was told. */
interface PermissionStatement {
  Sid?: string;
  Condition?: { ArnLike?: Record<string, string> };
}

/** Whether the pattern takes in the other: while an API's id is not known, `*` stands for it. */
function covers(pattern: string, other: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(other);
}

function isAbsent(error: unknown): boolean {
  return isCloudError(error, 'ResourceNotFoundException');
}
