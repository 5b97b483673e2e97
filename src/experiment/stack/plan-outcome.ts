import { exitCodes } from '../../core/exit-codes.ts';
import type { PlannedResource } from '../../resources/engine/plan.ts';
import type { CommandContext } from '../context/context.ts';
import type { PlanOutcome } from '../contract/outcomes.ts';
import { expiryOf } from '../cost/expiry.ts';
import type { UpSettings } from '../settings/up-settings.ts';

export function planOutcome(
  resources: PlannedResource[],
  settings: UpSettings,
  costUsd: PlanOutcome['costUsd'],
  { experiment, target, region, clock }: CommandContext,
): PlanOutcome {
  return {
    exitCode: exitCodes.ok,
    experiment,
    target,
    region,
    resources,
    costUsd,
    expiry: expiryOf(settings, clock.nowMs()),
  };
}
