import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { targetedService } from '../../../src/localcloud/protocols/targeted-service.ts';
import {
  booleanField,
  integerField,
  listField,
  numberField,
  textField,
  timestampField,
} from '../../../src/localcloud/service/fields.ts';
import { operation } from '../../../src/localcloud/service/operation.ts';

const echo = operation<{ greeting: string }, { Name: string; Count?: number | undefined }>({
  name: 'Echo',
  input: z.object({
    Name: textField({ min: 2, max: 5, pattern: /^[a-z]+$/ }),
    Count: integerField({ min: 1, max: 9 }).optional(),
    Kind: z.enum(['A', 'B']).optional(),
    Items: listField(z.object({ Size: numberField() }), { max: 2 }).optional(),
  }),
  handle: (input, deps) => ({ ...input, Greeting: deps.greeting }),
});

const service = targetedService(
  { signingName: 'echo', targetPrefix: 'Echo', invalidInputCode: 'ValidationException' },
  [echo],
  { greeting: 'hello' },
);

const call = (input: unknown) => service.find('Echo')!.invoke(input);

describe('a targeted service', () => {
  it('hands the checked input and its dependencies to the operation', async () => {
    expect(await call({ Name: 'abc', Count: '3' })).toEqual({ Name: 'abc', Count: 3, Greeting: 'hello' });
  });

  it('knows no other operations', () => {
    expect(service.find('Shout')).toBeUndefined();
    expect(service.find('toString')).toBeUndefined();
  });

  it('takes a null member for one that was not given', async () => {
    expect(await call({ Name: 'abc', Count: null })).toEqual({ Name: 'abc', Greeting: 'hello' });
  });

  it.each([
    [{}, "Value null at 'name' failed to satisfy constraint: Member must not be null"],
    [
      { Name: 'abc', Count: 0 },
      "Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { Name: 'abcdef' },
      "Value 'abcdef' at 'name' failed to satisfy constraint: Member must have length less than or equal to 5",
    ],
    [
      { Name: 'ABC' },
      "Value 'ABC' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z]+$",
    ],
    [
      { Name: 'abc', Kind: 'C' },
      "Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    ],
    [
      { Name: 'abc', Items: [{ Size: 1 }, {}] },
      "Value null at 'items.2.member.size' failed to satisfy constraint: Member must not be null",
    ],
  ])('names the member that is wrong in %j', async (input, message) => {
    await expect(call(input)).rejects.toMatchObject({
      code: 'ValidationException',
      status: 400,
      message: `1 validation error detected: ${message}`,
    });
  });
});

describe('a field', () => {
  it.each([[new Date(5_000)], [5], ['5'], ['1970-01-01T00:00:05Z'], ['1970-01-01T00:00:05.000Z']])(
    'reads the timestamp %s',
    (value) => {
      expect(timestampField.parse(value)).toEqual(new Date(5_000));
    },
  );

  it('refuses a timestamp that is none', () => {
    expect(timestampField.safeParse('yesterday').success).toBe(false);
    expect(timestampField.safeParse('').success).toBe(false);
  });

  it('reads booleans and lists as the query protocol writes them', () => {
    expect(booleanField.parse('true')).toBe(true);
    expect(booleanField.parse('false')).toBe(false);
    expect(booleanField.safeParse('yes').success).toBe(false);
    expect(listField(textField()).parse('')).toEqual([]);
  });

  it('refuses numbers that are none', () => {
    for (const value of ['', 'ten', 'NaN', {}]) expect(numberField().safeParse(value).success).toBe(false);
    expect(integerField().safeParse('1.5').success).toBe(false);
  });
});
