import { expect, it } from 'vitest';
import { profileWords } from '../../src/core/aws-profile.ts';

it('names the profile that gave no credentials, if one was named', () => {
  expect(profileWords({ AWS_PROFILE: 'wrok' })).toBe(' (with the profile "wrok")');
  expect(profileWords({ AWS_PROFILE: '' })).toBe('');
  expect(profileWords({})).toBe('');
});
