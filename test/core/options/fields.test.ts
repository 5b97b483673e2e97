import { describe, expect, expectTypeOf, it } from 'vitest';
import { optionGroup, regrouped } from '../../../src/core/options/definition.ts';
import {
  type Fields,
  fieldsOf,
  type ResolvedFields,
  resolveFields,
} from '../../../src/core/options/fields.ts';
import { duration, oneOf, wholeNumber } from '../../../src/core/options/values.ts';

const group = optionGroup('Things:');
const options = {
  timeout: group.value('DURATION', 'how long', duration(), { field: 'timeoutMs', default: '70s' }),
  via: group.value('A|B', 'which way', oneOf(['a', 'b']), { default: 'a' }),
  users: group.value('N', 'how many', wholeNumber(1, 9, 'users'), { shownDefault: 'it depends' }),
  header: group.list('TEXT', 'said with it', (text) => text, { field: 'headers' }),
};

describe('options, as code calls them,', () => {
  it('have their unit in their name, and are absent where nothing was given', () => {
    expect(fieldsOf(options, { timeout: 1_000, users: undefined })).toEqual({ timeoutMs: 1_000 });
    expectTypeOf<Fields<typeof options>>().toEqualTypeOf<{
      timeoutMs?: number;
      via?: 'a' | 'b';
      users?: number;
      headers?: string[];
    }>();
  });

  it('take their default where nothing was given, by the parser that reads what is typed', () => {
    expect(resolveFields(options, { users: 3 })).toEqual({ timeoutMs: 70_000, via: 'a', users: 3 });
    expect(resolveFields(options, { timeoutMs: 0 })).toMatchObject({ timeoutMs: 0 });
    const resolved: ResolvedFields<typeof options> = resolveFields(options);
    expectTypeOf(resolved.timeoutMs).toEqualTypeOf<number>();
    expectTypeOf(resolved.users).toEqualTypeOf<number | undefined>();
  });

  it('leave out what is no option of theirs', () => {
    const others = { timeoutMs: 5, color: 'red' };
    expect(resolveFields({ timeout: options.timeout }, others)).toEqual({ timeoutMs: 5 });
  });

  it('may stand under another heading in another verb', () => {
    expect(regrouped('Others:', options).timeout).toMatchObject({ group: 'Others:', default: '70s' });
  });
});
