import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/ended.ts';
import { type Stage, startStage } from './stage.ts';
import { down, status, upWithLittle } from './verbs.ts';
import type { Intervention } from './world/gateway.ts';
import { type Answer, jsonError } from './world/moto-calls.ts';
import { inputOf, nameOf, type RecordedCall } from './world/recorded-call.ts';

const up = [...upWithLittle, '--model-data', 's3://brought/model.tar.gz'];

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());
beforeEach(() => stage.reset());

async function run(args: readonly string[], exitCode = 0, intervene?: Intervention): Promise<Ended> {
  const ended = await stage.mlbench(args, intervene);
  expect(ended.exitCode, ended.stderr).toBe(exitCode);
  return ended;
}

/** The first call of that name is answered otherwise. */
function once(
  name: string,
  answer: (call: RecordedCall, pass: () => Promise<Answer>) => Promise<Answer | 'dropped'>,
): Intervention {
  let struck = false;
  return async (call, _spot, pass) => {
    if (struck || nameOf(call) !== name) return pass();
    struck = true;
    return answer(call, pass);
  };
}

const called = (name: string) => stage.gateway.calls().filter((call) => nameOf(call) === name);
const initialCounts = () =>
  called('sagemaker CreateEndpointConfig').map(
    (call) =>
      (inputOf(call)['ProductionVariants'] as { InitialInstanceCount: number }[])[0]?.InitialInstanceCount,
  );

describe('with the credentials of another account', () => {
  const elsewhere: Intervention = async (call, _spot, pass) => {
    if (nameOf(call) !== 'sts GetCallerIdentity') return jsonOrNothing(call, await pass());
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: Buffer.from(
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
          '<Arn>arn:aws:iam::210987654321:user/other</Arn><UserId>X</UserId><Account>210987654321</Account>' +
          '</GetCallerIdentityResult></GetCallerIdentityResponse>',
      ),
    };
  };
  /** There, nothing of the experiment exists. */
  const jsonOrNothing = (call: RecordedCall, answer: Answer): Answer =>
    nameOf(call) === 'sagemaker DescribeEndpoint'
      ? jsonError('ValidationException', 'Could not find endpoint "mlbench".')
      : answer;

  it.each([
    ['down', down],
    ['up', ['up']],
    ['up --plan', ['up', '--plan']],
    ['status', status],
  ])('%s names both accounts, and what is up stays on record', async (_, verb) => {
    await run(up);
    const { stderr } = await run(verb, 2, elsewhere);
    expect(stderr).toContain('is up in the account 123456789012, and these credentials are of 210987654321');
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});

describe('an up that was refused for want of quota', () => {
  const refused = once('sagemaker CreateEndpoint', async () =>
    jsonError(
      'ResourceLimitExceeded',
      "The account-level service limit 'ml.m5.large for endpoint usage' is 2 Instances, with current utilization of 0 Instances and a request delta of 4 Instances. Please contact AWS support.",
    ),
  );

  it('asks for as many instances as the next up wants', async () => {
    await run([...up, '--instances', '4'], 3, refused);
    expect(initialCounts()).toEqual([4]);
    const { stdout } = await run(['up', '--instances', '1', '--plan']);
    expect(stdout).toMatch(/endpoint config.*4 → 1/s);
    await run(['up', '--instances', '1']);
    expect(initialCounts()).toEqual([1]);
    await run(['up', '--instances', '2']);
    expect(initialCounts()).toEqual([]);
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});

describe('what has just been made', () => {
  it.each([
    [
      'CreateEndpointConfig',
      'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/mlbench".',
    ],
    ['CreateEndpoint', 'Could not find endpoint configuration "mlbench".'],
  ])('may not be known yet to %s', async (operation, message) => {
    const unknownYet = once(`sagemaker ${operation}`, async () => jsonError('ValidationException', message));
    await run(up, 0, unknownYet);
    expect(called(`sagemaker ${operation}`)).toHaveLength(2);
  });

  it('is found again where the answer of CreateEndpointConfig was lost', async () => {
    // moto lets a configuration be made twice; AWS does not.
    let created = false;
    const lost: Intervention = async (call, _spot, pass) => {
      if (nameOf(call) !== 'sagemaker CreateEndpointConfig') return pass();
      if (created)
        return jsonError('ValidationException', 'Cannot create already existing endpoint configuration "x".');
      created = true;
      await pass();
      return 'dropped';
    };
    await run(up, 0, lost);
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});

describe('an endpoint that somebody else made and scales', () => {
  const theirs = [...up, '--name', 'theirs', '--min', '2', '--max', '9'];
  const mine = ['up', '--target', 'aws', '--name', 'mine', '--no-api', '--endpoint-name', 'mlbench-theirs'];

  it('keeps its autoscaling', async () => {
    await run(theirs);
    const before = await stage.inspector.everything();
    const { stderr } = await run(mine, 2);
    expect(stderr).toContain('"mlbench-theirs" is scaled by somebody else already, from 2 to 9');
    expect(stderr).toContain('--no-autoscaling');
    expect((await run([...mine, '--plan'], 2)).stderr).toContain('is scaled by somebody else already');
    await run([...mine, '--no-autoscaling']);
    await run(['up', '--name', 'mine', '--max', '3'], 2);
    await run(['down', '--name', 'mine', '--yes']);
    expect(await stage.inspector.everything()).toEqual(before);
    await run(['down', '--name', 'theirs', '--yes']);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});

describe('the login of a push that was killed', () => {
  it.each([
    ['up', up],
    ['down', down],
  ])('is gone after %s', async (_, verb) => {
    await run(up);
    const [ledger = ''] = stage.files().filter((file) => basename(file) === 'ledger.json');
    const left = join(
      dirname(ledger),
      'scratch',
      '.login.4194303-1.3f2a0c5e-0000-4000-8000-000000000000.tmp',
    );
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'config.json'), '{"auths":{"registry":{"auth":"QVdTOnRva2Vu"}}}');
    await run(verb);
    expect(existsSync(left)).toBe(false);
  });
});
