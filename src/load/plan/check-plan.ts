import { userError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import { checkLoad } from '../../offered/check-load.ts';
import type { LoadPlan } from './plan.ts';

/** What of a plan has to go together, and can be said before there is one. */
type Checked = Pick<LoadPlan, 'offered' | 'warmupMs'> & {
  /** Undefined: nobody said, and one will be drawn. */
  seed: number | undefined;
};

/** What no flag parser can see: how the parts of a plan go together. @throws MlbenchError exit code 2 */
export function checkPlan({ offered, seed, warmupMs }: Checked): void {
  checkLoad(offered, seed);
  if (warmupMs < offered.durationMs) return;
  throw userError(
    'warmup-too-long',
    `a warm-up of ${formatDurationMs(warmupMs)} leaves nothing of a run of ${formatDurationMs(offered.durationMs)}`,
    'shorten --warmup or lengthen the run',
  );
}
