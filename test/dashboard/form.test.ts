import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/program.ts';
import { formFlags } from '../../src/dashboard/form/form-command.ts';
import { formFields } from '../../src/dashboard/form/form-fields.ts';
import { fieldNamed, problemsIn } from '../../src/dashboard/form/form-problems.ts';
import type { FormValues } from '../../src/dashboard/form/form-shape.ts';
import { loadOptions } from '../../src/experiment/load/load-options.ts';

/** The words that a shell makes of a command. */
function wordsOf(command: string, variables: Record<string, string> = {}): string[] {
  const script = `for word in ${command}; do printf '%s\\0' "$word"; done`;
  const said = execFileSync('sh', ['-c', script], { env: variables, encoding: 'utf8' });
  return said.split('\0').slice(0, -1);
}

async function typed(values: FormValues): Promise<Record<string, string[]>> {
  const words = wordsOf(`load ${formFlags(loadOptions, values)}`);
  const read = await readCommandLine(words);
  if (read.kind === 'text') throw new Error(read.text);
  return read.flags;
}

const anyText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  // A shell has no zero bytes in its words.
  .filter((text) => !text.includes('\0') && text.isWellFormed() && !/^\w+:\/\//.test(text));

describe('the start form', () => {
  it('has a field for every option of load, as it is declared', () => {
    const fields = formFields(loadOptions);
    expect(fields.map(({ key }) => key)).toEqual(Object.keys(loadOptions));
    expect(fields.find(({ key }) => key === 'arrivals')).toMatchObject({
      flag: '--arrivals',
      choices: ['constant', 'poisson'],
      shownDefault: 'constant',
    });
  });

  it('names a command that says the same, whatever was filled in', async () => {
    const single = ['users', 'rate', 'stages', 'wait', 'body', 'scenario', 'accept'] as const;
    const filled = fc.record(
      {
        ...Object.fromEntries(single.map((key) => [key, fc.tuple(anyText)])),
        expect: fc.array(anyText, { minLength: 1, maxLength: 3 }),
        precise: fc.constant(['true']),
        keepAlive: fc.constantFrom(['true'], ['false']),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filled, async (values) => {
        expect(await typed(values as FormValues)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it('takes what is empty for not given', async () => {
    expect(await typed({ users: [''], expect: [], insecure: ['false'], nothing: ['5'] })).toEqual({});
  });

  it('has a variable in place of a secret, for whoever pastes the command', () => {
    const flags = formFlags(loadOptions, {
      header: [
        'Authorization: abc',
        'x-api-key: k1',
        'x-api-key: k2',
        'x-plain: it',
        'x`touch /tmp/owned`-token: t1',
      ],
      url: ['https://me:pw@host/?token=t2'],
      body: ['{"password":"p4"}'],
    });
    expect(flags).not.toMatch(/abc|k1|k2|pw|t1|t2|p4/);
    const variables = {
      ...{ AUTHORIZATION: 'abc', X_API_KEY: 'k1', X_API_KEY_2: 'k2', X_TOUCH_TMP_OWNED_TOKEN: 't1' },
      ...{ URL: 'https://me:pw@host/?token=t2', BODY: '{"password":"p4"}' },
    };
    expect(wordsOf(flags, variables).filter((word) => !word.startsWith('--'))).toEqual([
      'https://me:pw@host/?token=t2',
      ...['Authorization: abc', 'x-api-key: k1', 'x-api-key: k2', 'x-plain: it'],
      'x`touch /tmp/owned`-token: t1',
      '{"password":"p4"}',
    ]);
  });

  it('refuses a field in the words of the command line', () => {
    const problems = problemsIn(loadOptions, { users: ['many'], rate: ['5'] });
    expect(problems).toMatchObject([{ key: 'users', message: expect.stringContaining('--users') }]);
  });

  it('finds the field that a refusal names first', () => {
    expect(fieldNamed(loadOptions, '--max-send-lag 5ms says nothing beside --wait')).toBe('maxSendLag');
    expect(fieldNamed(loadOptions, 'nothing is up')).toBeNull();
    expect(fieldNamed(loadOptions, '--data-order needs --data')).toBe('dataOrder');
  });
});
