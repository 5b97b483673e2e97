import { expect, test } from 'vitest';
import { parseFilterPattern } from '../../../src/localcloud/cloudwatch-logs/filter-pattern.ts';

test.each([
  ['', 'anything', true],
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['error', '[ERROR 400] BAD REQUEST', false],
  ['ERROR REQUEST', '[ERROR 400] BAD REQUEST', true],
  ['ERROR PAYMENT', '[ERROR 400] BAD REQUEST', false],
  ['"BAD REQUEST"', '[ERROR 400] BAD REQUEST', true],
  ['"REQUEST BAD"', '[ERROR 400] BAD REQUEST', false],
  ['"say \\"no\\""', 'they say "no"', true],
  ['"a\\\\b"', 'a\\b', true],
  ['  400   "BAD"  ', '[ERROR 400] BAD REQUEST', true],
])('the pattern %j and the message %j: %j', (pattern, message, matches) => {
  expect(parseFilterPattern(pattern)(message)).toBe(matches);
});

test.each([
  '{ $.level = "error" }',
  '[ip, user]',
  '?ERROR ?WARN',
  '-INFO',
  '%AUTH\\d%',
  'a-b',
  '"open',
  '"a"b',
])('the pattern %j is refused, not misread', (pattern) => {
  expect(() => parseFilterPattern(pattern)).toThrow(/Invalid/);
});
