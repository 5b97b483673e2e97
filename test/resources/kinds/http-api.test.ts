import { afterEach, describe, expect, it } from 'vitest';
import { httpApiKind } from '../../../src/resources/kinds/http-api/http-api.ts';
import { lambdaPermissionKind } from '../../../src/resources/kinds/lambda-permission.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  refusal,
  type ScriptedCloud,
  startScriptedCloud,
} from '../scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const accessLogGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:l';
const spec = { name: 'a', functionArn, accessLogGroupArn, throttle: { rateRps: 100, burst: 200 } };
const ours = (apiId: string, more: object = {}) => ({
  apiId,
  name: 'a',
  apiEndpoint: `https://${apiId}.example`,
  tags: { 'mlbench:experiment': 'mine' },
  ...more,
});

/** An API that stands, as it stands. */
function standing({ method, path }: CloudRequest, apis: object[] = [ours('one')]): CloudAnswer {
  if (method !== 'GET') return {};
  if (/\/integrations/.test(path))
    return { body: { items: [{ integrationId: 'i', integrationUri: functionArn }] } };
  if (/\/routes/.test(path)) {
    const keys = ['ANY /', 'ANY /evaluate'];
    return {
      body: { items: keys.map((routeKey) => ({ routeKey, routeId: routeKey, target: 'integrations/i' })) },
    };
  }
  if (/\/stages/.test(path)) {
    const defaultRouteSettings = { throttlingRateLimit: 100, throttlingBurstLimit: 200 };
    const accessLogSettings = { destinationArn: accessLogGroupArn };
    return { body: { stageName: '$default', defaultRouteSettings, accessLogSettings } };
  }
  return { body: { items: apis } };
}

const sts: CloudAnswer = {
  headers: { 'content-type': 'text/xml' },
  body: '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:root</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
};

const start = (answer: (request: CloudRequest) => CloudAnswer) =>
  startScriptedCloud((request) => (request.operation === 'GetCallerIdentity' ? sts : answer(request)));

const changes = () =>
  cloud?.requests
    .filter(({ method, operation }) => method !== 'GET' && operation === '')
    .map(({ method, path }) => `${method} ${path}`);

describe('an HTTP API', () => {
  it('that is as wanted is left as it is', async () => {
    cloud = await start((request) => standing(request));
    expect(await httpApiKind.ensure(spec, cloud.scope, undefined)).toEqual({
      outcome: 'unchanged',
      learnt: { apiId: 'one', url: 'https://one.example/evaluate' },
      state: {
        name: 'a',
        apiId: 'one',
        url: 'https://one.example/evaluate',
        executeArn: 'arn:aws:execute-api:us-east-1:123456789012:one/*',
        parts: { functionArn, accessLogGroupArn, hasRoutes: true, throttle: { rateRps: 100, burst: 200 } },
      },
    });
    expect(changes()).toEqual([]);
  });

  it('has its stage alone changed where throttle or log differ', async () => {
    cloud = await start((request) => standing(request));
    const wanted = { ...spec, throttle: { rateRps: 50, burst: 200 } };
    expect((await httpApiKind.ensure(wanted, cloud.scope, undefined)).outcome).toBe('updated');
    expect(changes()).toEqual(['PATCH /v2/apis/one/stages/%24default']);
    const update = cloud.requests.find(({ method }) => method === 'PATCH');
    expect(JSON.parse(update?.body ?? '')).toMatchObject({
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 50, throttlingBurstLimit: 200 },
      accessLogSettings: { destinationArn: accessLogGroupArn },
    });
  });

  it("is found on whichever page it is, by name and tag, among others' of the same name", async () => {
    cloud = await start((request) => {
      if (!/^\/v2\/apis(\?|$)/.test(request.path)) return standing(request);
      if (/nextToken=more/.test(request.path)) return { body: { items: [ours('one')] } };
      const others = [ours('x', { tags: { 'mlbench:experiment': 'theirs' } }), ours('y', { tags: {} })];
      return { body: { items: [...others, ours('z', { name: 'b' })], nextToken: 'more' } };
    });
    expect((await httpApiKind.describe({ name: 'a' }, cloud.scope))?.state.apiId).toBe('one');
  });

  it('is found by its id too, if somebody took the tag off: then it is not ours any more', async () => {
    cloud = await start((request) => standing(request, [ours('one', { tags: {} })]));
    expect(await httpApiKind.describe({ name: 'a' }, cloud.scope)).toBeUndefined();
    expect((await httpApiKind.describe({ name: 'a', apiId: 'one' }, cloud.scope))?.owner).toBeNull();
  });

  it('keeps the older of two that a lost answer made, and removes both in the end', async () => {
    const apis = [
      ours('new', { createdDate: '2026-01-02T00:00:00Z' }),
      ours('old', { createdDate: '2026-01-01T00:00:00Z' }),
    ];
    cloud = await start((request) => standing(request, apis));
    expect((await httpApiKind.ensure(spec, cloud.scope, undefined)).state.apiId).toBe('old');
    expect(changes()).toEqual(['DELETE /v2/apis/new']);
    await httpApiKind.remove({ name: 'a' }, cloud.scope);
    expect(changes()?.slice(1)).toEqual(['DELETE /v2/apis/old', 'DELETE /v2/apis/new']);
  });

  it('is removed when API Gateway has time for it: one in half a minute', async () => {
    let refusals = 0;
    cloud = await start((request) =>
      request.method === 'DELETE' && ++refusals < 4
        ? refusal('TooManyRequestsException', 'Too Many Requests', 429)
        : standing(request),
    );
    expect(await httpApiKind.remove({ name: 'a' }, cloud.scope)).toBe('removed');
    expect(refusals).toBe(4);
  });
});

describe('the permission to invoke the function', () => {
  const of = (apiId: string) => ({
    functionName: 'f',
    statementId: 's',
    sourceArn: `arn:aws:execute-api:us-east-1:123456789012:${apiId}/*`,
  });

  it('differs if it is for another API', () => {
    expect(lambdaPermissionKind.differences!(of('one'), of('one'), undefined)).toEqual([]);
    expect(lambdaPermissionKind.differences!(of('one'), of('two'), undefined)).toHaveLength(1);
    expect(lambdaPermissionKind.differences!(of('one'), of('*'), undefined)).toHaveLength(1);
  });

  it('does not differ, in a plan, for an API whose id is not known yet', () => {
    const place = { accountId: '123456789012', region: 'us-east-1', partition: 'aws' };
    const { executeArn } = httpApiKind.foresee!(spec, place);
    expect(
      lambdaPermissionKind.differences!({ ...of(''), sourceArn: executeArn }, of('one'), undefined),
    ).toEqual([]);
  });

  it('names the API as the function’s policy has it', async () => {
    const Policy = JSON.stringify({
      Statement: [
        { Sid: 'other', Condition: { ArnLike: { 'AWS:SourceArn': 'arn:other' } } },
        { Sid: 's', Condition: { ArnLike: { 'AWS:SourceArn': of('one').sourceArn } } },
      ],
    });
    cloud = await start(() => ({ body: { Policy } }));
    const identifiers = lambdaPermissionKind.identify(of('one'));
    expect((await lambdaPermissionKind.describe(identifiers, cloud.scope))?.state).toEqual({
      sourceArn: of('one').sourceArn,
    });
  });
});
