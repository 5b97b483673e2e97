import { isDeepStrictEqual } from 'node:util';
import { cloudError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import { retryUntilRoleKnown } from '../../consistency/passing-refusals.ts';
import { waitUntil } from '../../consistency/wait.ts';
import { difference, type Observed, type Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import { namePrefix, namesTagged, nominee } from '../kind/nominee.ts';
import { toFindOrphans } from '../kind/permission.ts';
import { ownerInMap, tagMapFor } from '../kind/tags.ts';
import { functions, lambdaLimits, retryWhileFunctionUpdates } from './function-updates.ts';
import type { LambdaBundle } from './lambda-bundle.ts';

export interface LambdaFunctionSpec {
  name: string;
  roleArn: string;
  bundle: LambdaBundle;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
}

export interface LambdaFunctionState {
  name: string;
  arn: string;
  roleArn: string;
  codeSha256: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Why its last update failed, if it did; `''` if not. */
  failure: string;
}

/**
 * What is the same for every function of ours. arm64 costs a fifth less than x86_64 and is as widely offered, and the
 * bundle is JavaScript alone, so that nothing in it is built for a processor.
 */
const fixed = { Runtime: 'nodejs22.x', Handler: 'index.handler' } as const;
const architectures: 'arm64'[] = ['arm64'];

export const lambdaFunctionKind: CloudKind<LambdaFunctionSpec, LambdaFunctionState> = {
  kind: 'lambda-function',
  identify: ({ name }) => ({ name }),
  foresee: ({ bundle, ...spec }, { partition, region, accountId }) => ({
    ...spec,
    arn: `arn:${partition}:lambda:${region}:${accountId}:function:${spec.name}`,
    codeSha256: bundle.sha256,
    failure: '',
  }),
  differences: (spec, state) => [
    ...configurationDifferences(spec, state),
    ...(state.codeSha256 === spec.bundle.sha256 ? [] : ['its code']),
  ],
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const existed = (await observe(spec.name, scope)) !== undefined;
    if (!existed) await create(spec, scope);
    const before = await atRest(spec.name, scope);
    if (this.differences?.(spec, before, undefined).length === 0) {
      return { outcome: existed ? 'unchanged' : 'created', state: before };
    }
    await update(spec, before, scope);
    return { outcome: existed ? 'updated' : 'created', state: await updatedWell(spec.name, scope) };
  },
  async remove({ name }, scope) {
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    const lambda = await scope.clients.lambda();
    await retryWhileFunctionUpdates(
      () => lambda.send(new DeleteFunctionCommand({ FunctionName: name })),
      scope,
    ).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
    await waitUntil(
      `function "${name}"`,
      async () => ((await observe(name, scope)) ? { state: 'being removed' } : { done: true }),
      scope,
      lambdaLimits,
    );
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'lambda:CreateFunction',
        'lambda:GetFunction',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:TagResource',
        'lambda:ListTags',
      ],
      resources: functions,
    },
    toFindOrphans('lambda:ListFunctions'),
  ],
  async nominate(search) {
    const { paginateListFunctions } = await import('@aws-sdk/client-lambda');
    const client = await search.clients.lambda();
    const found = namesTagged(search, /:lambda:.*:function:([^:]+)$/);
    for await (const { Functions } of paginateListFunctions({ client }, {}))
      for (const { FunctionName, LastModified } of Functions ?? [])
        if (FunctionName?.startsWith(namePrefix)) found.push(...nominee(FunctionName, dateIn(LastModified)));
    return found;
  },
};

function configurationDifferences(spec: LambdaFunctionSpec, state: LambdaFunctionState): string[] {
  return [
    ...difference('role', state.roleArn, spec.roleArn),
    ...difference('timeout in seconds', state.timeoutSeconds, spec.timeoutSeconds),
    ...difference('memory in MB', state.memoryMb, spec.memoryMb),
    // Names only: an environment is where people keep secrets.
    ...(isDeepStrictEqual(state.environment, spec.environment)
      ? []
      : [`environment (${Object.keys(spec.environment).join(', ')})`]),
    ...(state.failure === '' ? [] : [`again what failed (${state.failure})`]),
  ];
}

interface Seen extends Observed<LambdaFunctionState> {
  /** `Pending`, `Updating`, or something that lasts. */
  phase: 'at rest' | 'being made' | 'being updated';
}

async function observe(name: string, scope: Scope): Promise<Seen | undefined> {
  const { GetFunctionCommand } = await import('@aws-sdk/client-lambda');
  const lambda = await scope.clients.lambda();
  try {
    const {
      Configuration: is = {},
      Tags,
      TagsError,
    } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    if (TagsError) throw tagsUnreadable(name, TagsError.Message ?? '');
    return {
      phase:
        is.State === 'Pending'
          ? 'being made'
          : is.LastUpdateStatus === 'InProgress'
            ? 'being updated'
            : 'at rest',
      owner: ownerInMap(Tags),
      state: {
        name,
        arn: is.FunctionArn ?? '',
        roleArn: is.Role ?? '',
        codeSha256: is.CodeSha256 ?? '',
        environment: is.Environment?.Variables ?? {},
        timeoutSeconds: is.Timeout ?? 0,
        memoryMb: is.MemorySize ?? 0,
        failure:
          is.State === 'Failed'
            ? (is.StateReason ?? 'it could not be made')
            : is.LastUpdateStatus === 'Failed'
              ? (is.LastUpdateStatusReason ?? 'it could not be updated')
              : '',
      },
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Waits out what Lambda is doing to it: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
function atRest(name: string, scope: Scope): Promise<LambdaFunctionState> {
  return waitUntil(
    `function "${name}"`,
    async () => {
      const seen = await observe(name, scope);
      return seen?.phase === 'at rest' ? { done: seen.state } : { state: seen?.phase ?? 'being made' };
    },
    scope,
    lambdaLimits,
  );
}

async function updatedWell(name: string, scope: Scope): Promise<LambdaFunctionState> {
  const state = await atRest(name, scope);
  if (state.failure === '') return state;
  throw cloudError(
    'function-failed',
    `Lambda could not update the function "${name}": ${state.failure}`,
    `run ${ownCommand('up')} again; if it fails again, ${ownCommand('down')} and up make it anew`,
  );
}

async function create(spec: LambdaFunctionSpec, scope: Scope): Promise<void> {
  const { CreateFunctionCommand } = await import('@aws-sdk/client-lambda');
  const lambda = await scope.clients.lambda();
  const command = new CreateFunctionCommand({
    ...configurationOf(spec),
    Description: 'POST /evaluate of mlbench',
    PackageType: 'Zip',
    Architectures: architectures,
    Code: { ZipFile: spec.bundle.zip },
    Tags: tagMapFor(scope.experiment),
  });
  try {
    await retryUntilRoleKnown(() => lambda.send(command), scope);
  } catch (error) {
    // A create whose answer was lost, and that was tried again; or another's, made since we looked.
    const isThere = isCloudError(error, 'ResourceConflictException');
    if (!isThere || (await observe(spec.name, scope))?.owner !== scope.experiment) throw error;
  }
}

/**
 * Configuration and code are changed by two calls, the second of which Lambda refuses until the first is carried out.
 */
async function update(spec: LambdaFunctionSpec, is: LambdaFunctionState, scope: Scope): Promise<void> {
  const { UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand } = await import(
    '@aws-sdk/client-lambda'
  );
  const lambda = await scope.clients.lambda();
  const patiently = (call: () => Promise<unknown>) =>
    retryWhileFunctionUpdates(() => retryUntilRoleKnown(call, scope), scope);
  if (configurationDifferences(spec, is).length > 0) {
    await patiently(() => lambda.send(new UpdateFunctionConfigurationCommand(configurationOf(spec))));
  }
  if (is.codeSha256 === spec.bundle.sha256 && is.failure === '') return;
  const code = { FunctionName: spec.name, ZipFile: spec.bundle.zip, Architectures: architectures };
  await patiently(() => lambda.send(new UpdateFunctionCodeCommand(code)));
}

function configurationOf(spec: LambdaFunctionSpec) {
  return {
    FunctionName: spec.name,
    ...fixed,
    Role: spec.roleArn,
    Timeout: spec.timeoutSeconds,
    MemorySize: spec.memoryMb,
    Environment: { Variables: spec.environment },
  };
}

function isAbsent(error: unknown): boolean {
  return isCloudError(error, 'ResourceNotFoundException');
}

/** Taken for a function without tags, it would be left behind as somebody else's. */
function tagsUnreadable(name: string, message: string) {
  return cloudError(
    'tags-unreadable',
    `Lambda GetFunction does not tell whose the function "${name}" is: ${message}`,
    'let an administrator allow it: {"Effect":"Allow","Action":"lambda:ListTags","Resource":"*"}',
  );
}

/** Lambda writes it as a text. */
function dateIn(text: string | undefined): Date | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
