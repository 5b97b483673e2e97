import { afterEach, expect, it } from 'vitest';
import { iamRoleKind } from '../../../src/resources/kinds/iam-role/iam-role.ts';
import { type CloudAnswer, type ScriptedCloud, startScriptedCloud } from '../scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

const xml = (operation: string, result = ''): CloudAnswer => ({
  headers: { 'content-type': 'text/xml' },
  body: `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${result}</${operation}Result></${operation}Response>`,
});

const absent: CloudAnswer = {
  status: 404,
  headers: { 'content-type': 'text/xml' },
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name r cannot be found.</Message></Error></ErrorResponse>',
};

const role = (name: string) =>
  `<Role><Path>/mlbench/</Path><RoleName>${name}</RoleName><RoleId>R</RoleId><Arn>arn:aws:iam::1:role/mlbench/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>`;

const spec = {
  name: 'r',
  description: 'd',
  trust: { Version: '2012-10-17' as const, Statement: [] },
  policy: { Version: '2012-10-17' as const, Statement: [] },
};

it('puts the policy again while IAM does not find the role that it has just made', async () => {
  cloud = await startScriptedCloud(({ operation }, { requests }) => {
    if (operation === 'CreateRole') return xml(operation, role('r'));
    const puts = requests.filter((request) => request.operation === 'PutRolePolicy').length;
    return operation === 'PutRolePolicy' && puts > 2 ? xml(operation) : absent;
  });
  expect((await iamRoleKind.ensure(spec, cloud.scope, undefined)).outcome).toBe('created');
  expect(cloud.requests.map(({ operation }) => operation)).toEqual([
    'GetRole',
    'CreateRole',
    'PutRolePolicy',
    'PutRolePolicy',
    'PutRolePolicy',
  ]);
});

it('is removed only when IAM has stopped to show it', async () => {
  let shown = 3;
  cloud = await startScriptedCloud(({ operation }) => {
    if (operation === 'GetRole') return shown-- > 0 ? xml(operation, role('r')) : absent;
    return operation === 'GetRolePolicy' ? absent : xml(operation);
  });
  expect(await iamRoleKind.remove({ name: 'r' }, cloud.scope)).toBe('removed');
  expect(shown).toBe(-1);
  expect(cloud.waitedFor).toEqual(['being removed', 'being removed', 'being removed']);
});

it.each([
  [
    'ListAttachedRolePolicies',
    '<AttachedPolicies><member><PolicyName>p</PolicyName><PolicyArn>arn:aws:iam::1:policy/p</PolicyArn></member></AttachedPolicies>',
    'policy arn:aws:iam::1:policy/p',
    'aws iam detach-role-policy --role-name r',
  ],
  [
    'ListInstanceProfilesForRole',
    '<InstanceProfiles><member><InstanceProfileName>web</InstanceProfileName></member></InstanceProfiles>',
    'instance profile web',
    'aws iam remove-role-from-instance-profile --role-name r',
  ],
])(
  'says what somebody else has attached, and takes nothing from it: %s',
  async (call, result, named, how) => {
    cloud = await startScriptedCloud(({ operation }) => xml(operation, operation === call ? result : ''));
    await expect(iamRoleKind.remove({ name: 'r' }, cloud.scope)).rejects.toMatchObject({
      code: 'role-in-use',
      message: expect.stringContaining(`somebody else has attached ${named}`),
      remedy: expect.stringContaining(how),
    });
    expect(
      cloud.requests.map(({ operation }) => operation).filter((name) => name.startsWith('Delete')),
    ).toEqual([]);
  },
);

it('refuses a role of the same name that came between looking and making', async () => {
  cloud = await startScriptedCloud(({ operation }, { requests }) => {
    if (operation !== 'CreateRole') return requests.length === 1 ? absent : xml(operation, role('r'));
    return {
      status: 409,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>EntityAlreadyExists</Code><Message>Role with name r already exists.</Message></Error></ErrorResponse>',
    };
  });
  await expect(iamRoleKind.ensure(spec, cloud.scope, undefined)).rejects.toThrow(
    'Role with name r already exists',
  );
});
