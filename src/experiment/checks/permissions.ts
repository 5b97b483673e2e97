import { ownCommand } from '../../core/options/own-command.ts';
import { type NeededPermission, permissions, resourcesOf } from '../../resources/permissions.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { isCloudError } from '../../resources/sdk/cloud-errors.ts';
import type { Place } from '../../resources/sdk/place.ts';
import { type Check, failed, fromError, ok } from './check.ts';

const name = 'permissions';
const remedy = () => `let an administrator grant the policy that \`${ownCommand('doctor --policy')}\` prints`;

/** Has IAM simulate, for the caller, everything that mlbench calls. Nothing is called but IAM. */
export async function checkPermissions(
  caller: { arn: string; place: Place },
  clients: CloudClients,
): Promise<Check> {
  if (/:root$/.test(caller.arn))
    return {
      ...ok(name, 'the root user may do everything'),
      verdict: 'warning',
      remedy: 'use a user or role of its own: root keys cannot be limited',
    };
  const denied: string[] = [];
  try {
    const sourceArn = await policySourceOf(caller.arn, clients);
    for (const permission of permissions)
      for (const action of await deniedOf(permission, sourceArn, caller.place, clients))
        denied.push(`${action} (${permission.purpose})`);
  } catch (error) {
    const listed = { details: everyAction() };
    if (isDenial(error))
      return {
        name,
        verdict: 'warning',
        found: 'cannot be checked: IAM does not let you ask (iam:SimulatePrincipalPolicy, iam:GetRole)',
        remedy: remedy(),
        ...listed,
      };
    return { ...fromError(name, 'warning', error), ...listed };
  }
  const count = new Set(permissions.flatMap(({ actions }) => actions)).size;
  if (denied.length === 0) return ok(name, `all ${count} actions are allowed`);
  return {
    ...failed(name, `${denied.length} of ${count} actions are not allowed`, remedy()),
    details: denied,
  };
}

/** `bucket: s3:CreateBucket, s3:…` for each kind. */
function everyAction(): string[] {
  return permissions.map(({ purpose, actions }) => `${purpose}: ${actions.join(', ')}`);
}

/**
 * Whose policies count. A session's ARN leaves out its role's path, so the role is asked for.
 * `arn:aws:sts::123456789012:assumed-role/NAME/SESSION` → `arn:aws:iam::123456789012:role/PATH/NAME`
 */
async function policySourceOf(callerArn: string, clients: CloudClients): Promise<string> {
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  if (roleName === undefined) return callerArn;
  const { GetRoleCommand } = await import('@aws-sdk/client-iam');
  const { Role } = await (await clients.iam()).send(new GetRoleCommand({ RoleName: roleName }));
  return Role?.Arn ?? callerArn;
}

async function deniedOf(
  permission: NeededPermission,
  sourceArn: string,
  place: Place,
  clients: CloudClients,
): Promise<string[]> {
  const { paginateSimulatePrincipalPolicy } = await import('@aws-sdk/client-iam');
  // Of several patterns the first: an action need not apply to each of them.
  const [pattern = '*'] = resourcesOf(permission, place);
  const input = {
    PolicySourceArn: sourceArn,
    ActionNames: [...permission.actions],
    ...(pattern === '*' ? {} : { ResourceArns: [exampleOf(pattern)] }),
    ContextEntries: Object.entries(permission.condition ?? {}).map(([ContextKeyName, values]) => ({
      ContextKeyName,
      ContextKeyValues: [values].flat().slice(0, 1),
      ContextKeyType: 'string' as const,
    })),
  };
  const denied: string[] = [];
  for await (const { EvaluationResults } of paginateSimulatePrincipalPolicy(
    { client: await clients.iam() },
    input,
  ))
    for (const { EvalActionName = '', EvalDecision } of EvaluationResults ?? [])
      if (EvalDecision !== 'allowed') denied.push(EvalActionName);
  return denied;
}

/** A name that the pattern takes in, as the default experiment has them: IAM would take its `*` for a letter. */
function exampleOf(pattern: string): string {
  return pattern.replaceAll('mlbench*', 'mlbench').replaceAll('*', 'mlbench');
}

function isDenial(error: unknown): boolean {
  return isCloudError(error, /AccessDenied|NotAuthorized|UnauthorizedOperation/);
}
