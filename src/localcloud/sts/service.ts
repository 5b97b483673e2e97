import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { newSecret, newUuid } from '../../core/random.ts';
import type { Access } from '../access/access.ts';
import { targetedService } from '../protocols/targeted-service.ts';
import { integerField, textField } from '../service/fields.ts';
import { operation, ServiceError, type TargetedService } from '../service/operation.ts';

export interface StsDeps {
  /** The wall's clock: credentials expire on their holder's clock, which signs with it. */
  wallClock: Clock;
  access: Pick<Access, 'lend'>;
  accountId: string;
}

/**
 * Security Token Service: everybody is the account's root here, and may take any role of it. Who is proved to be the
 * user stays that in a role.
 */
export function createSts(deps: StsDeps): TargetedService {
  return targetedService(
    {
      signingName: 'sts',
      targetPrefix: undefined,
      query: { xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/', version: '2011-06-15' },
      invalidInputCode: 'ValidationError',
    },
    [getCallerIdentity, assumeRole],
    deps,
  );
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  input: z.object({}),
  handle: (_input, { accountId }: StsDeps) => ({
    UserId: accountId,
    Account: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
  }),
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const assumeRole = operation({
  name: 'AssumeRole',
  input: z.object({
    RoleArn: textField({ min: 20, max: 2_048 }),
    RoleSessionName: textField({ min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ }),
    DurationSeconds: integerField({ min: 900, max: 43_200 }).optional(),
  }),
  handle(input, { wallClock, access }: StsDeps, caller) {
    const [, account, role] =
      /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(input.RoleArn) ?? [];
    if (account === undefined || role === undefined)
      throw new ServiceError('ValidationError', `${input.RoleArn} is invalid`);
    const roleId = `AROA${base32(input.RoleArn)}`;
    const key = {
      accessKeyId: `ASIA${base32(newUuid())}`,
      secretAccessKey: newSecret(30),
      sessionToken: newSecret(64),
      expiresMs: wallClock.nowMs() + (input.DurationSeconds ?? 3_600) * 1_000,
    };
    if (caller.isUser) access.lend(key);
    return {
      Credentials: {
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        SessionToken: key.sessionToken,
        Expiration: new Date(key.expiresMs),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${roleId}:${input.RoleSessionName}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role}/${input.RoleSessionName}`,
      },
    };
  },
});

/** Sixteen characters of the alphabet that AWS's ids are made of. */
function base32(seed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from(bytes.subarray(0, 16), (byte) => alphabet[byte % 32]).join('');
}
