import { exitCodes } from '../../core/exit-codes.ts';
import type { PlannedResource } from '../../resources/engine/plan.ts';
import type { CommandContext } from '../context/context.ts';
import type { PlanOutcome } from '../contract/outcomes.ts';
import { expiryOf } from '../cost/expiry.ts';
import type { SampleRequest } from '../settings/sample-request.ts';
import type { UpSettings } from '../settings/up-settings.ts';
import { sampleOutcome } from './sample-outcome.ts';

export interface Planned {
  resources: PlannedResource[];
  settings: UpSettings;
  costUsd: PlanOutcome['costUsd'];
  sample: SampleRequest | null;
}

export function planOutcome(
  { resources, settings, costUsd, sample }: Planned,
  { experiment, target, region, clock }: CommandContext,
): PlanOutcome {
  const shown = sampleOutcome(sample);
  return {
    exitCode: exitCodes.ok,
    experiment,
    target,
    region,
    resources,
    costUsd,
    expiry: expiryOf(settings, clock.nowMs()),
    sampleRequest: shown && { ...shown, path: shown.from === 'file' ? shown.path : null },
  };
}
