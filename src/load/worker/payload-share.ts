import { openPayloads, type PayloadSource } from '../payloads/payload-source.ts';
import { shareOf } from '../schedule.ts';
import type { WorkerAssignment } from './messages.ts';

/** A worker's part of the run's payloads; undefined without a data file. */
export function openShare({ plan, payloads, worker, workers }: WorkerAssignment): PayloadSource | undefined {
  if (payloads === undefined) return undefined;
  const { profile, maxRequests, seed } = plan;
  let firstOfShare: number | null = null;
  if (profile.model === 'closed' && maxRequests !== null) {
    firstOfShare = 0;
    for (let other = 0; other < worker; other++) {
      firstOfShare += shareOf(profile, maxRequests, other, workers).maxRequests ?? 0;
    }
  }
  return openPayloads(payloads, { worker, workers, firstOfShare, seed });
}
