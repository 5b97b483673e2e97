import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanOutcome } from '../../../src/experiment/contract/outcomes.ts';
import type { Ended } from '../../support/ended.ts';
import { type Stage, startStage } from './stage.ts';
import { down, upWithLittle as up } from './verbs.ts';
import type { Intervention } from './world/gateway.ts';
import { jsonAnswer, jsonError } from './world/moto-calls.ts';
import { nameOf, type RecordedCall } from './world/recorded-call.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());
beforeEach(() => stage.reset());

const reading = /^\S+ (Get|Describe|List|Head)/;

async function run(args: readonly string[], answers: Record<string, object> = {}): Promise<Ended> {
  const ended = await stage.mlbench(args, answering(answers));
  expect(ended.exitCode, ended.stderr).toBe(0);
  return ended;
}

/** Services that moto has not: what they would say. */
function answering(answers: Record<string, object>): Intervention {
  return async (call, _number, pass) => {
    const said = answers[nameOf(call)];
    return said ? jsonAnswer(said) : pass();
  };
}

const priced = (usd: string) => ({
  'pricing GetProducts': {
    PriceList: [
      JSON.stringify({
        terms: { OnDemand: { a: { priceDimensions: { b: { unit: 'Hrs', pricePerUnit: { USD: usd } } } } } },
      }),
    ],
  },
});

async function plan(args: readonly string[], answers: Record<string, object> = {}): Promise<PlanOutcome> {
  const before = { account: await stage.inspector.everything(), files: stage.files() };
  const { stdout } = await run([...args, '--plan', '--json'], answers);
  const others = stage.gateway
    .calls()
    .map(nameOf)
    .filter((name) => !reading.test(name));
  expect(others, 'nothing but reading calls').toEqual([]);
  expect({ account: await stage.inspector.everything(), files: stage.files() }).toEqual(before);
  return JSON.parse(stdout);
}

const actions = ({ resources }: PlanOutcome) => resources.map(({ kind, action }) => `${action} ${kind}`);

describe('up --plan on AWS', () => {
  it('changes nothing and writes nothing, shows the policies, and asks what it costs', async () => {
    const planned = await plan([...up, '--ttl', '2h'], priced('0.1380000000'));
    expect(planned).toMatchObject({
      target: 'aws',
      costUsd: { perInstanceHour: 0.138, perHour: 0.138, perHourAtMax: 0.552, source: 'pricing-api' },
    });
    expect(actions(planned)).toEqual([
      'create bucket',
      'create object',
      'create log-group',
      'create model',
      'create endpoint-config',
      'create iam-role',
      'create expiry-schedule',
      'create expiry-schedule',
      'create expiry-schedule',
      'create endpoint',
      'create scalable-target',
      'create scaling-policy',
    ]);
    const role = planned.resources.find(({ kind }) => kind === 'iam-role');
    expect(JSON.stringify(role?.document)).toContain('"sagemaker:DeleteEndpoint"');
    expect(stage.files()).toEqual([]);
    expect(await stage.inspector.problems(stage.gateway.calls())).toEqual([]);
  });

  it('says what up then does', async () => {
    const asked = [...up, '--ttl', '2h'];
    const planned = await plan(asked);
    const { stdout } = await run([...asked, '--json']);
    const done: { resources: { kind: string; name: string; outcome: string }[] } = JSON.parse(stdout);
    const names = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`;
    expect(planned.resources.map(names).sort()).toEqual(done.resources.map(names).sort());
    expect(new Set(actions(await plan(up)).map((line) => line.split(' ')[0]))).toEqual(new Set(['keep']));
    const changes = await plan([...up, '--max', '6', '--ttl', 'none']);
    expect(actions(changes).filter((line) => !line.startsWith('keep'))).toEqual([
      'change scalable-target',
      'remove expiry-schedule',
      'remove expiry-schedule',
      'remove expiry-schedule',
      'remove iam-role',
    ]);
  });
});

describe('an endpoint that ends by itself', () => {
  it('has its schedules until it is down, moved or switched off', async () => {
    const sent: RecordedCall[] = [];
    const schedules = async (...args: string[]) => {
      await run([...up, ...args], priced('0.25'));
      sent.push(...stage.gateway.calls());
      return (await stage.inspector.everything()).filter((line) => /schedule|expiry/.test(line));
    };
    const standing = [
      'iam inline policy mlbench-expiry-us-east-1/mlbench',
      'iam role /mlbench/mlbench-expiry-us-east-1',
      'schedule mlbench-expiry-endpoint',
      'schedule mlbench-expiry-endpoint-again',
      'schedule mlbench-expiry-scaling',
    ];
    expect(await schedules('--ttl', '2h')).toEqual(standing);
    const made = sent.map(nameOf);
    expect(made.indexOf('scheduler CreateSchedule')).toBeLessThan(made.indexOf('sagemaker CreateEndpoint'));
    expect((await run(['status', '--json'])).stdout).toContain('"expiry": {');

    expect(await schedules()).toEqual(standing);
    expect(await schedules('--max-cost-usd', '20', '--ttl', '30h')).toEqual(standing);
    // 4 instances at 0.25 USD: 20 USD last 20 hours.
    const status = JSON.parse((await run(['status', '--json'])).stdout);
    expect(status.expiry.inMs / 3_600_000).toBeCloseTo(20, 1);

    expect(await schedules('--no-autoscaling')).toEqual(standing.slice(0, 4));
    expect(await schedules('--ttl', 'none')).toEqual([]);
    expect(await schedules('--ttl', '1h')).toHaveLength(4);
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
    expect(await stage.inspector.problems(sent)).toEqual([]);
  });

  it.each([
    ['iam CreateRole', 1],
    ['iam PutRolePolicy', 1],
    ['scheduler CreateSchedule', 1],
    ['scheduler CreateSchedule', 2],
    ['sagemaker CreateEndpoint', 1],
  ])('leaves nothing behind an up that is killed after %s (%i)', async (name, nth) => {
    let seen = 0;
    const ended = await stage.mlbenchKilled([...up, '--ttl', '2h'], (kill) => async (call, _number, pass) => {
      const answer = await pass();
      if (nameOf(call) !== name || ++seen !== nth) return answer;
      kill();
      return 'dropped';
    });
    expect(ended.exitCode, 'killed').toBeNull();
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });

  it('is refused where nobody knows what it would cost, and nothing is made', async () => {
    const ended = await stage.mlbench([...up, '--instance-type', 'ml.p5.48xlarge', '--max-cost-usd', '500']);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/the price of ml\.p5\.48xlarge in us-east-1 is not known.*\n.*--ttl 2h/);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});

describe('an up that fails', () => {
  const refused =
    "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 2 Instances. Please use AWS Service Quotas to request an increase for this quota.";
  const quota = {
    'service-quotas ListServiceQuotas': {
      Quotas: [{ QuotaName: 'ml.m5.large for endpoint usage', QuotaCode: 'L-61F1A33C' }],
    },
  };

  /** Refuses one call; the others as for `answering`. */
  const failing = (name: string, code: string, message: string): Intervention => {
    const answer = answering({ ...quota, ...priced('0.115') });
    return async (call, number, pass) =>
      nameOf(call) === name ? jsonError(code, message) : answer(call, number, pass);
  };

  it('says what runs all the same, what that costs, and how it goes', async () => {
    const fail = failing('application-autoscaling RegisterScalableTarget', 'ValidationException', 'no');
    const ended = await stage.mlbench([...up, '--instances', '2'], fail);
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain(
      '2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API); 7 resources are on record',
    );
    expect(ended.stderr).toContain('mlbench down --target aws removes what is there');
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });

  it('for want of quota says which, how to ask for more, and that nothing runs', async () => {
    const fail = failing('sagemaker CreateEndpoint', 'ResourceLimitExceeded', refused);
    const ended = await stage.mlbench([...up, '--instances', '2'], fail);
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain('no instance is up; 6 resources are on record');
    expect(ended.stderr).toContain(
      'aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code L-61F1A33C --desired-value 2 --region us-east-1',
    );
    expect(await stage.inspector.problems(stage.gateway.calls())).toEqual([]);
    await run(down);
    expect(await stage.inspector.everything()).toEqual([]);
  });
});
