import { afterEach, describe, expect, it } from 'vitest';
import { retryUntilRoleKnown } from '../../../src/resources/consistency/passing-refusals.ts';
import { refusal, type ScriptedCloud, startScriptedCloud } from '../scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

/** Calls SageMaker, which answers with the error as long as it is asked to. */
async function createModel(
  error: { name: string; message: string },
  refuses: (calls: number, elapsedMs: number) => boolean,
): Promise<unknown> {
  cloud = await startScriptedCloud(({ operation }, { requests, clock }) =>
    operation === 'CreateModel' && refuses(requests.length, clock.monotonicMs())
      ? refusal(error.name, error.message)
      : { body: { ModelArn: 'arn:model' } },
  );
  const { scope } = cloud;
  const { CreateModelCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  return retryUntilRoleKnown(() => sagemaker.send(new CreateModelCommand({ ModelName: 'm' })), scope);
}

describe('a call that needs a role', () => {
  it.each([
    [
      'ValidationException',
      'Could not assume role arn:aws:iam::1:role/r. Please ensure that the role exists',
    ],
    [
      'ValidationException',
      'Could not access model data at s3://b/k. Please ensure that the role "arn" exists and that its trust relationship policy allows the action "sts:AssumeRole"',
    ],
    ['InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.'],
    [
      'ValidationException',
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    ],
  ])('is made again while the service says %s: %s', async (name, message) => {
    const answer = await createModel({ name, message }, (calls) => calls <= 3);
    expect(answer).toMatchObject({ ModelArn: 'arn:model' });
    expect(cloud?.requests).toHaveLength(4);
    expect(cloud?.waitedFor[0]).toBe('waiting for the role to be known everywhere');
  });

  it("fails with the service's own words if the role is refused for a minute", async () => {
    const message = 'Could not assume role arn:aws:iam::1:role/r.';
    const made = createModel({ name: 'ValidationException', message }, () => true);
    await expect(made).rejects.toThrow(message);
    expect(cloud?.clock.monotonicMs()).toBeGreaterThanOrEqual(60_000);
    expect(cloud?.clock.monotonicMs()).toBeLessThan(70_000);
  });

  it.each([
    ['ValidationException', 'Could not find model data at s3://b/k.'],
    ['InvalidParameterValueException', 'Unsupported memory size'],
    ['AccessDeniedException', 'Could not assume role'],
  ])('is not made again after %s: %s', async (name, message) => {
    await expect(createModel({ name, message }, () => true)).rejects.toThrow(message);
    expect(cloud?.requests).toHaveLength(1);
  });
});
