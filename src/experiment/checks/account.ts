import type { Clock } from '../../core/clock.ts';
import { setTheClock } from '../../core/clock-skew.ts';
import { formatDurationMs } from '../../core/units.ts';
import { observeDates } from '../../resources/sdk/client-middleware.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import type { Place } from '../../resources/sdk/place.ts';
import { type Check, failed, fromError, ok, warning } from './check.ts';

export interface AccountFindings {
  checks: Check[];
  /** Undefined: AWS did not say who calls. */
  caller: { arn: string; place: Place } | undefined;
  /** The error where AWS did not. */
  refused: unknown;
}

/** Who the credentials belong to, and whether the clocks agree: one call of STS in the region. */
export async function checkAccount(clients: CloudClients, clock: Clock): Promise<AccountFindings> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = await clients.sts();
  let skewMs: number | undefined;
  let sentMs = clock.nowMs();
  // A refused signature has a date too: then the clock may be why.
  observeDates(sts, {
    sending: () => {
      sentMs = clock.nowMs();
    },
    received: (dateMs) => {
      skewMs = (sentMs + clock.nowMs()) / 2 - dateMs;
    },
  });
  const clockChecks = () => (skewMs === undefined ? [] : [judgeSkew(skewMs)]);
  try {
    const { Arn: arn = '', Account: accountId = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const place = { accountId, region: clients.region, partition: arn.split(':')[1] || 'aws' };
    return {
      checks: [
        ok('credentials', `${arn} (account ${accountId})`),
        ok('region', clients.region),
        ...clockChecks(),
      ],
      caller: { arn, place },
      refused: undefined,
    };
  } catch (error) {
    return {
      checks: [fromError('credentials', 'failed', error), ...clockChecks()],
      caller: undefined,
      refused: error,
    };
  }
}

/**
 * AWS refuses signatures that are five minutes off:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html. `Date` has whole seconds, so a
 * second says nothing.
 * @param skewMs how far this machine's clock is ahead
 */
export function judgeSkew(skewMs: number): Check {
  const name = 'clock';
  const offMs = Math.abs(skewMs);
  if (offMs < 2_000) return ok(name, "agrees with AWS's");
  const found = `${formatDurationMs(offMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} AWS's`;
  if (offMs < 60_000) return ok(name, found);
  return offMs < 300_000 ? warning(name, found, setTheClock) : failed(name, found, setTheClock);
}
