import { dealtRequests } from '../../offered/deal.ts';
import { openPayloads, type PayloadSource } from '../payloads/payload-source.ts';
import type { WorkerAssignment } from './messages.ts';

/** A worker's part of the run's payloads; undefined without a data file. */
export function openShare({
  plan,
  payloads,
  worker,
  workers,
  contents,
}: WorkerAssignment): PayloadSource | undefined {
  if (payloads === undefined) return undefined;
  const dealt = dealtRequests(plan.offered, plan.maxRequests, worker, workers);
  const firstOfShare = dealt?.step === 1 ? dealt.first : null;
  return openPayloads(payloads, contents, { worker, workers, firstOfShare, seed: plan.seed });
}
