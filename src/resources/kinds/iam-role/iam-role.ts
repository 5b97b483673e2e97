import { isDeepStrictEqual } from 'node:util';
import type { IAMClient } from '@aws-sdk/client-iam';
import { userError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import { type WaitLimits, waitOut, waitUntil } from '../../consistency/wait.ts';
import { difference, type Observed, type Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import type { CloudKind } from '../kind/cloud-kind.ts';
import type { ExperimentNames } from '../kind/names.ts';
import { type Nominee, nominee } from '../kind/nominee.ts';
import { toFindOrphans } from '../kind/permission.ts';
import { ownerIn, tagsFor } from '../kind/tags.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Roles belong to the account, not to a region: the region is part of their names. */
export function roleName({ of }: ExperimentNames, purpose: string, region: string): string {
  return of(`${purpose}-${region}`);
}

export interface IamRoleSpec {
  name: string;
  description: string;
  /** Who may assume it. */
  trust: PolicyDocument;
  /** What it may do; its only policy. */
  policy: PolicyDocument;
}

export interface IamRoleState {
  name: string;
  arn: string;
  description: string;
  /** As IAM has them; null: none yet. */
  trust: unknown;
  policy: unknown;
}

/** Roles of ours lie here, so that a list of them needs no list of the account's. */
const rolePath = '/mlbench/';
const roles = [`arn:{partition}:iam::{account}:role${rolePath}*`];

/** A role with one inline policy: nothing managed stays behind when it goes. */
export const iamRoleKind: CloudKind<IamRoleSpec, IamRoleState> = {
  kind: 'iam-role',
  identify: ({ name }) => ({ name }),
  foresee: ({ name, description, trust, policy }, { partition, accountId }) => ({
    name,
    arn: `arn:${partition}:iam::${accountId}:role${rolePath}${name}`,
    description,
    trust,
    policy,
  }),
  differences: (spec, state) => [
    ...difference('description', state.description, spec.description),
    ...(isDeepStrictEqual(state.trust, spec.trust) ? [] : ['who may assume it']),
    ...(isDeepStrictEqual(state.policy, spec.policy) ? [] : ['what it may do']),
  ],
  document: ({ trust, policy }) => ({ trust, policy }),
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const observed = await observe(spec.name, scope);
    const state = observed?.state ?? (await create(spec, scope));
    await apply(spec, state, scope);
    const changed = observed && this.differences?.(spec, observed.state, undefined).length !== 0;
    const { description, trust, policy } = spec;
    return {
      outcome: !observed ? 'created' : changed ? 'updated' : 'unchanged',
      state: { ...state, description, trust, policy },
    };
  },
  async remove({ name }, scope) {
    const iam = await scope.clients.iam();
    await ignoringAbsence(removeRole(iam, name));
    // IAM's answers lag behind its changes: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
    await waitUntil(
      `role "${name}"`,
      async () => ((await observe(name, scope)) ? { state: 'being removed' } : { done: true }),
      scope,
      consistency,
    );
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'iam:CreateRole',
        'iam:GetRole',
        'iam:UpdateRole',
        'iam:DeleteRole',
        'iam:TagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:PutRolePolicy',
        'iam:GetRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
      ],
      resources: roles,
    },
    {
      // No call: asked for when SageMaker, Lambda or the Scheduler is handed a role.
      actions: ['iam:PassRole'],
      resources: roles,
      condition: {
        'iam:PassedToService': ['sagemaker.amazonaws.com', 'lambda.amazonaws.com', 'scheduler.amazonaws.com'],
      },
    },
    toFindOrphans('iam:ListRoles'),
  ],
  async nominate({ clients }) {
    const { paginateListRoles } = await import('@aws-sdk/client-iam');
    const client = await clients.iam();
    const found: Nominee[] = [];
    // Roles are the account's; another region's are not looked for here.
    for await (const { Roles } of paginateListRoles({ client }, { PathPrefix: rolePath }))
      for (const { RoleName, CreateDate } of Roles ?? [])
        if (RoleName?.endsWith(`-${clients.region}`)) found.push(...nominee(RoleName, CreateDate));
    return found;
  },
};

/** IAM tells every region of a change within seconds. */
const consistency: WaitLimits = { intervalMs: 2_000, timeoutMs: 60_000 };

const policyName = 'mlbench';

async function observe(name: string, scope: Scope): Promise<Observed<IamRoleState> | undefined> {
  const { GetRoleCommand, GetRolePolicyCommand } = await import('@aws-sdk/client-iam');
  const iam = await scope.clients.iam();
  const found = await ignoringAbsence(iam.send(new GetRoleCommand({ RoleName: name })));
  if (!found?.Role) return undefined;
  const { Arn = '', Description = '', AssumeRolePolicyDocument, Tags } = found.Role;
  const inline = await ignoringAbsence(
    iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policyName })),
  );
  return {
    state: {
      name,
      arn: Arn,
      description: Description,
      trust: decode(AssumeRolePolicyDocument),
      policy: decode(inline?.PolicyDocument),
    },
    owner: ownerIn(Tags),
  };
}

async function create(spec: IamRoleSpec, scope: Scope): Promise<IamRoleState> {
  const { CreateRoleCommand } = await import('@aws-sdk/client-iam');
  const iam = await scope.clients.iam();
  const { name, description, trust } = spec;
  try {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        Path: rolePath,
        RoleName: name,
        Description: description,
        AssumeRolePolicyDocument: JSON.stringify(trust),
        Tags: tagsFor(scope.experiment),
      }),
    );
    return { name, arn: Role?.Arn ?? '', description, trust, policy: null };
  } catch (error) {
    // A create whose answer was lost, and that was tried again.
    const made = isCloudError(error, /^EntityAlreadyExists/) ? await observe(name, scope) : undefined;
    if (made?.owner !== scope.experiment) throw error;
    return made.state;
  }
}

async function apply(spec: IamRoleSpec, state: IamRoleState, scope: Scope): Promise<void> {
  const { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand, UpdateRoleCommand } = await import(
    '@aws-sdk/client-iam'
  );
  const iam = await scope.clients.iam();
  const { name: RoleName, description: Description } = spec;
  if (state.description !== Description) await iam.send(new UpdateRoleCommand({ RoleName, Description }));
  if (!isDeepStrictEqual(state.trust, spec.trust)) {
    const PolicyDocument = JSON.stringify(spec.trust);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  }
  if (isDeepStrictEqual(state.policy, spec.policy)) return;
  const PolicyDocument = JSON.stringify(spec.policy);
  const put = new PutRolePolicyCommand({ RoleName, PolicyName: policyName, PolicyDocument });
  // A role made a moment ago may not be found yet.
  await waitOut(
    () => iam.send(put),
    (refusal) => (isAbsent(refusal) ? 'waiting for the role to be known everywhere' : undefined),
    scope,
    consistency,
  );
}

/** IAM deletes only roles that hold nothing: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
async function removeRole(iam: IAMClient, name: string): Promise<void> {
  const { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } = await import(
    '@aws-sdk/client-iam'
  );
  await refuseOthersAttachments(iam, name);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  for (const PolicyName of PolicyNames) {
    await ignoringAbsence(iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })));
  }
  await iam.send(new DeleteRoleCommand({ RoleName: name }));
}

/** mlbench attaches nothing: what is attached, somebody added, and only they know what else hangs on it. */
async function refuseOthersAttachments(iam: IAMClient, name: string): Promise<void> {
  const { ListAttachedRolePoliciesCommand, ListInstanceProfilesForRoleCommand } = await import(
    '@aws-sdk/client-iam'
  );
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
  const { InstanceProfiles = [] } = await iam.send(
    new ListInstanceProfilesForRoleCommand({ RoleName: name }),
  );
  const policies = AttachedPolicies.map(({ PolicyArn }) => `policy ${PolicyArn}`);
  const profiles = InstanceProfiles.map(
    ({ InstanceProfileName }) => `instance profile ${InstanceProfileName}`,
  );
  const added = [...policies, ...profiles];
  if (added.length === 0) return;
  throw userError(
    'role-in-use',
    `role "${name}" cannot be removed: somebody else has attached ${added.join(', ')}`,
    `detach it (${policies.length > 0 ? `aws iam detach-role-policy --role-name ${name} --policy-arn …` : `aws iam remove-role-from-instance-profile --role-name ${name} --instance-profile-name …`}), then ${ownCommand('down')} again`,
  );
}

/** IAM returns documents URL-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
function decode(document: string | undefined): unknown {
  if (document === undefined) return null;
  try {
    return JSON.parse(decodeURIComponent(document));
  } catch {
    // Nothing of ours: differs from every document, so that ours is put in its place.
    return document;
  }
}

async function ignoringAbsence<Result>(call: Promise<Result>): Promise<Result | undefined> {
  return call.catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}

/** The SDK and the service do not agree on the name. */
function isAbsent(error: unknown): boolean {
  return isCloudError(error, /^NoSuchEntity/);
}
