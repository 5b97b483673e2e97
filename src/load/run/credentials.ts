import { profileWords } from '../../core/aws-profile.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { MlbenchError, userError } from '../../core/errors.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { Destination } from '../plan/plan.ts';

export type CredentialsProvider = () => Promise<SigningCredentials>;

/** @throws MlbenchError of the user: missing credentials */
export async function firstCredentials(
  destination: Destination,
  provider: CredentialsProvider | undefined,
): Promise<SigningCredentials | null> {
  if (destination.kind !== 'runtime') return null;
  try {
    if (provider !== undefined) return await provider();
  } catch (error) {
    if (error instanceof MlbenchError) throw error;
    throw missing(error instanceof Error ? error.message : String(error), error);
  }
  throw missing('none were given');
}

/**
 * Keeps the workers' credentials fresh: asks the provider five minutes before what it gave expires (or at half of what
 * is left, if that is later than now), and again every ten seconds while it fails.
 */
export function refreshCredentials(
  clock: Clock,
  first: SigningCredentials,
  provider: CredentialsProvider,
  use: (credentials: SigningCredentials) => void,
): { stop(): void } {
  let timer: Timer | undefined;
  let stopped = false;
  const schedule = (credentials: SigningCredentials) => {
    if (credentials.expiration === undefined || stopped) return;
    const leftMs = credentials.expiration.getTime() - clock.nowMs();
    renewIn(Math.max(leftMs - earlyMs, leftMs / 2, retryMs));
  };
  const renewIn = (ms: number) => {
    timer = clock.after(ms, () => void renew(), { unref: true });
  };
  const renew = async () => {
    try {
      const fresh = await provider();
      if (stopped) return;
      use(fresh);
      schedule(fresh);
    } catch {
      // The old ones may hold a while yet; once they do not, the requests fail and say why.
      if (!stopped) renewIn(retryMs);
    }
  };
  schedule(first);
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

const earlyMs = 300_000;
const retryMs = 10_000;

function missing(why: string, cause?: unknown): MlbenchError {
  return userError(
    'no-credentials',
    `requests to the SageMaker runtime must be signed, and there are no credentials: ${why}${profileWords()}`,
    'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    cause,
  );
}
