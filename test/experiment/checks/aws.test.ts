import { afterEach, describe, expect, it } from 'vitest';
import { checkAccount, judgeSkew } from '../../../src/experiment/checks/account.ts';
import type { Check } from '../../../src/experiment/checks/check.ts';
import { checkPermissions } from '../../../src/experiment/checks/permissions.ts';
import { checkQuota } from '../../../src/experiment/checks/quota.ts';
import type { CommandContext } from '../../../src/experiment/context/context.ts';
import { checkAccess } from '../../../src/experiment/targets/aws/check-access.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  refusal,
  type ScriptedCloud,
  startScriptedCloud,
} from '../../resources/scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

async function clientsThat(answer: (request: CloudRequest) => CloudAnswer) {
  cloud = await startScriptedCloud(answer);
  return cloud.scope.clients;
}

const xml = (body: string): CloudAnswer => ({ body, headers: { 'content-type': 'text/xml' } });
const xmlRefusal = (code: string, message: string): CloudAnswer => ({
  ...xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  ),
  status: 403,
});
const identity = xml(
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws-cn:iam::123456789012:user/ann</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
);
const caller = {
  arn: 'arn:aws:iam::123456789012:user/ann',
  place: { partition: 'aws', region: 'us-east-1', accountId: '123456789012' },
};

describe('the account', () => {
  const dated = (answer: CloudAnswer, ms: number): CloudAnswer => ({
    ...answer,
    headers: { ...answer.headers, date: new Date(ms).toUTCString() },
  });

  it('is told with its region and the clock', async () => {
    const clients = await clientsThat(() => dated(identity, 0));
    const { checks, caller: found } = await checkAccount(clients, cloud!.clock);
    expect(checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'credentials ok',
      'region ok',
      'clock ok',
    ]);
    expect(checks[0]?.found).toContain('user/ann (account 123456789012)');
    expect(found?.place).toEqual({ partition: 'aws-cn', accountId: '123456789012', region: 'us-east-1' });
  });

  it('whose signature is refused is told that the clock is why', async () => {
    const clients = await clientsThat(() =>
      dated(xmlRefusal('SignatureDoesNotMatch', 'Signature expired'), 600_000),
    );
    const { checks, caller: found, refused } = await checkAccount(clients, cloud!.clock);
    expect(found).toBeUndefined();
    expect(refused).toMatchObject({ code: 'clock-skew', exitCode: 2 });
    expect(checks).toMatchObject([
      { name: 'credentials', verdict: 'failed', found: expect.stringContaining('Signature expired') },
      { name: 'clock', verdict: 'failed', found: "10m behind AWS's" },
    ]);
  });

  it.each([
    [900, 'ok'],
    [-30_000, 'ok'],
    [90_000, 'warning'],
    [-240_000, 'warning'],
    [301_000, 'failed'],
  ])('with a clock %i ms ahead is %s', (skewMs, verdict) => {
    expect(judgeSkew(skewMs).verdict).toBe(verdict);
  });
});

describe('without a region', () => {
  it('every check is listed, and says what it wants', async () => {
    const told: Check[] = [];
    const refused = await checkAccess({}, { region: '' } as CommandContext, (...checks) =>
      told.push(...checks),
    );
    expect(refused).toMatchObject({ code: 'no-region', exitCode: 2 });
    expect(told.map(({ name }) => name)).toEqual(['region', 'credentials', 'clock', 'permissions', 'quota']);
    expect(told[0]).toMatchObject({ verdict: 'failed', found: 'no AWS region is set' });
    for (const { found, remedy } of told.slice(1)) {
      expect(found).toBe('not looked at: no region');
      expect(remedy).toContain('--region');
    }
  });
});

describe('permissions', () => {
  /** Allows all but `denied`, in as many pages as there are actions. */
  function simulate(denied: readonly string[], asked: URLSearchParams[] = []) {
    return ({ body, operation }: CloudRequest): CloudAnswer => {
      const form = new URLSearchParams(body);
      if (operation === 'GetRole')
        return xml(
          '<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::123456789012:role/team/deployer</Arn></Role></GetRoleResult></GetRoleResponse>',
        );
      asked.push(form);
      const actions = [...form].filter(([key]) => key.startsWith('ActionNames')).map(([, action]) => action);
      const at = Number(form.get('Marker') ?? 0);
      const result = `<member><EvalActionName>${actions[at]}</EvalActionName><EvalDecision>${denied.includes(actions[at]!) ? 'implicitDeny' : 'allowed'}</EvalDecision></member>`;
      const more = at + 1 < actions.length;
      return xml(
        `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>${result}</EvaluationResults><IsTruncated>${more}</IsTruncated>${more ? `<Marker>${at + 1}</Marker>` : ''}</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
      );
    };
  }

  it('are fine where IAM allows every action', async () => {
    const clients = await clientsThat(simulate([]));
    expect(await checkPermissions(caller, clients)).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/^all \d+ actions are allowed$/),
    });
  });

  it('fail with what is missing, and for what', async () => {
    const clients = await clientsThat(simulate(['sagemaker:CreateEndpoint', 'iam:PassRole']));
    const check = await checkPermissions(caller, clients);
    expect(check).toMatchObject({ verdict: 'failed', remedy: expect.stringContaining('doctor --policy') });
    expect(check.details).toEqual(['iam:PassRole (iam-role)', 'sagemaker:CreateEndpoint (endpoint)']);
  });

  it('are asked for with names as mlbench gives them', async () => {
    const asked: URLSearchParams[] = [];
    const clients = await clientsThat(simulate([], asked));
    await checkPermissions(caller, clients);
    const of = (action: string) => asked.find((form) => [...form.values()].includes(action))!;
    expect(of('s3:PutObject').get('ResourceArns.member.1')).toBe('arn:aws:s3:::mlbench/mlbench');
    expect(of('tag:GetResources').get('ResourceArns.member.1')).toBeNull();
    expect(of('iam:PassRole').get('ContextEntries.member.1.ContextKeyName')).toBe('iam:PassedToService');
    expect([...asked.flatMap((form) => [...form.values()])].join()).not.toContain('*');
  });

  it("of a session are its role's, wherever that lies", async () => {
    const asked: URLSearchParams[] = [];
    const clients = await clientsThat(simulate([], asked));
    const arn = 'arn:aws:sts::123456789012:assumed-role/deployer/ann';
    await checkPermissions({ ...caller, arn }, clients);
    expect(asked[0]?.get('PolicySourceArn')).toBe('arn:aws:iam::123456789012:role/team/deployer');
  });

  it('that cannot be looked at are listed', async () => {
    const clients = await clientsThat(() => xmlRefusal('AccessDenied', 'not authorized'));
    const check = await checkPermissions(caller, clients);
    expect(check).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining('iam:SimulatePrincipalPolicy'),
    });
    expect(check.details?.join('\n')).toContain('sagemaker:CreateEndpoint');
  });

  it('of the root user are all there are, which is a warning of its own', async () => {
    const clients = await clientsThat(() => refusal('Unexpected', 'not to be called'));
    const arn = 'arn:aws:iam::123456789012:root';
    expect(await checkPermissions({ ...caller, arn }, clients)).toMatchObject({ verdict: 'warning' });
  });
});

describe('the quota', () => {
  const needs = { instanceType: 'ml.m5.large', instances: 2, maxInstances: 4 };
  const quota = (Value: number) => ({
    QuotaName: 'ml.m5.large for endpoint usage',
    QuotaCode: 'L-1',
    Value,
  });

  /** The account's own list in two pages, and AWS's defaults. */
  const lists =
    (own: object[], defaults: object[] = []) =>
    ({ operation, body }: CloudRequest): CloudAnswer => {
      if (operation === 'ListAWSDefaultServiceQuotas') return { body: { Quotas: defaults } };
      const first = !body.includes('NextToken');
      return { body: first ? { Quotas: [], NextToken: 'more' } : { Quotas: own } };
    };

  it.each([
    [4, 'ok', null],
    [3, 'warning', '--desired-value 4'],
    [0, 'failed', '--quota-code L-1'],
  ])('of %i instances is %s', async (value, verdict, remedy) => {
    const check = await checkQuota(needs, await clientsThat(lists([quota(value)])));
    expect(check.verdict).toBe(verdict);
    if (remedy === null) expect(check.remedy).toBeNull();
    else expect(check.remedy).toContain(remedy);
  });

  it("is AWS's default where the account has none of its own", async () => {
    const check = await checkQuota(needs, await clientsThat(lists([], [quota(20)])));
    expect(check).toMatchObject({ verdict: 'ok', found: expect.stringContaining('20 ml.m5.large') });
  });

  it('fails for a type that does not host endpoints', async () => {
    const check = await checkQuota(needs, await clientsThat(lists([])));
    expect(check).toMatchObject({ verdict: 'failed', remedy: expect.stringContaining('--instance-type') });
  });

  it('that cannot be asked for is a warning', async () => {
    const clients = await clientsThat(() => refusal('AccessDeniedException', 'no', 400));
    expect(await checkQuota(needs, clients)).toMatchObject({
      verdict: 'warning',
      remedy: expect.stringContaining('servicequotas:ListServiceQuotas'),
    });
  });
});
