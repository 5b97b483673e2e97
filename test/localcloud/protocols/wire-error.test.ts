import { describe, expect, it } from 'vitest';
import { toServiceError } from '../../../src/localcloud/protocols/wire-error.ts';

describe('an error that no operation foresaw', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS'])("is the disk's, named, and no bug: %s", (code) => {
    const bugs: unknown[] = [];
    const thrown = Object.assign(new Error(`${code}: no room, write`), { code });
    expect(toServiceError(thrown, (error) => bugs.push(error))).toMatchObject({
      code: 'InsufficientStorage',
      status: 507,
      message: `The stand-in cannot keep this: ${code}: no room, write`,
    });
    expect(bugs).toEqual([]);
  });

  it('is an internal failure otherwise, and reported', () => {
    const bugs: unknown[] = [];
    const thrown = new TypeError('x is not a function');
    expect(toServiceError(thrown, (error) => bugs.push(error))).toMatchObject({ status: 500 });
    expect(bugs).toEqual([thrown]);
  });
});
