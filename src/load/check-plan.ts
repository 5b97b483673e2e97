import { userError } from '../core/errors.ts';
import { formatDurationMs } from '../core/units.ts';
import { highestLevel, mostUsers, ratePieces } from './level.ts';
import { countOffered } from './offered.ts';
import type { LoadPlan } from './plan.ts';

/** What no flag parser can see: how the parts of a plan go together. @throws MlbenchError exit code 2 */
export function checkPlan(plan: LoadPlan): void {
  const { profile, warmupMs } = plan;
  if (profile.model === 'closed') {
    const users = mostUsers(profile);
    if (users > mostPorts)
      throw userError(
        'too-many-users',
        `${users} users are more than one machine has ports for`,
        `use at most ${mostPorts}`,
      );
    if (users === 0) throw neverSends('the stages never have a user');
  }
  if (profile.model === 'open') {
    const rate = highestLevel(ratePieces(profile));
    if (rate > mostRateRps)
      throw userError(
        'too-high-a-rate',
        `${rate} arrivals per second are more than can be scheduled`,
        `use at most ${mostRateRps}`,
      );
    if (rate === 0) throw neverSends('the stages never leave a rate of 0');
    // A Poisson process may well begin later than the run ends.
    if (countOffered({ ...plan, maxRequests: 1 }, 0, profile.durationMs)?.arrivals === 0)
      throw neverSends(`no arrival falls within ${formatDurationMs(profile.durationMs)} at that rate`);
  }
  if (warmupMs >= profile.durationMs) {
    throw userError(
      'warmup-too-long',
      `a warm-up of ${formatDurationMs(warmupMs)} leaves nothing of a run of ${formatDurationMs(profile.durationMs)}`,
      'shorten --warmup or lengthen the run',
    );
  }
}

function neverSends(why: string) {
  return userError(
    'sends-nothing',
    `this load would send nothing: ${why}`,
    'give --rate, or a stage, a level above 0, or lengthen the run',
  );
}

const mostPorts = 60_000;
const mostRateRps = 1_000_000;
