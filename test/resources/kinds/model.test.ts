import { afterEach, expect, it } from 'vitest';
import { modelKind } from '../../../src/resources/kinds/model.ts';
import { refusal, type ScriptedCloud, startScriptedCloud } from '../scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

const spec = { name: 'm', image: 'i', modelDataUrl: 's3://b/k', executionRoleArn: 'arn:aws:iam::1:role/r' };
const missing = refusal('ValidationException', 'Could not find model "m".');

it('a model is made as soon as SageMaker may assume its role', async () => {
  cloud = await startScriptedCloud(({ operation }, { requests }) => {
    if (operation === 'DescribeModel') return missing;
    return requests.length < 4
      ? refusal('ValidationException', 'Could not assume role arn:aws:iam::1:role/r.')
      : { body: { ModelArn: 'arn:model' } };
  });
  expect(await modelKind.ensure(spec, cloud.scope, undefined)).toEqual({
    outcome: 'created',
    state: { name: 'm', arn: 'arn:model' },
  });
});

it.each([
  ['ours: its making was answered, and the answer lost', 'mine', true],
  ["another's, which came between looking and making", 'theirs', false],
])('a model that is there already is taken if it is %s', async (_, owner, isTaken) => {
  cloud = await startScriptedCloud(({ operation }, { requests }) => {
    if (operation === 'ListTags') return { body: { Tags: [{ Key: 'mlbench:experiment', Value: owner }] } };
    if (operation === 'CreateModel')
      return refusal('ValidationException', 'Cannot create already existing model "arn:model".');
    return requests.length === 1 ? missing : { body: { ModelArn: 'arn:model' } };
  });
  const made = modelKind.ensure(spec, cloud.scope, undefined);
  if (isTaken) expect((await made).state.arn).toBe('arn:model');
  else await expect(made).rejects.toThrow('already existing model');
});

it('a model that is gone is removed', async () => {
  cloud = await startScriptedCloud(() => missing);
  expect(await modelKind.remove({ name: 'm' }, cloud.scope)).toBe('removed');
});
