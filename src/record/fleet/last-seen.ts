import type { LastSeen } from '../schemas/scaling-schema.ts';

/** `1 instance, last seen at 12:03:05 UTC`. */
export function lastSeenWords({ instances, at }: LastSeen): string {
  return `${instances} instance${instances === 1 ? '' : 's'}, last seen at ${at.slice(11, 19)} UTC`;
}

/** Why it was not seen to the end. */
export function outOfSightWords({ because }: LastSeen): string {
  return because === 'gone' ? 'the endpoint is gone' : 'the cloud could not be reached any more';
}
