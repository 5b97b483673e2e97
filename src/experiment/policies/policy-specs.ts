import type { ExperimentNames } from '../../resources/kinds/kind/names.ts';
import type { AlarmSpec } from '../../resources/kinds/metric-alarm.ts';
import type { PolicySpec } from '../../resources/kinds/scaling-policy.ts';
import { policyAlarms } from '../../scaling/policies/kinds/policy-alarms.ts';
import { configurationOf, kindOfRequest } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { VariantId } from '../../scaling/policies/predefined-metric.ts';
import type { PolicyFile } from './policy-file.ts';

/** Policies as resources, for one variant. One without a name gets the experiment's, numbered from the second on. */
export function policySpecs(
  files: readonly PolicyFile[],
  names: ExperimentNames,
  variant: VariantId,
): PolicySpec[] {
  return files.flatMap((file, index) => {
    const kind = kindOfRequest(file);
    // The file was checked when it was read.
    if (!kind) return [];
    const unnamed = names.of(kind.nameSuffix);
    const name = file.PolicyName ?? (index === 0 ? unnamed : `${unnamed}-${index + 1}`);
    const configuration = configurationOf(file, kind) ?? {};
    return {
      name,
      policyType: kind.type,
      configuration: kind.forVariant?.(configuration, variant) ?? configuration,
      assumed: kind.assumed,
      alarms: alarmsOf(file, name, variant),
    };
  });
}

/**
 * An alarm's name is the account's, not the scalable target's: one without a name gets the endpoint's and the policy's.
 */
function alarmsOf(file: PolicyFile, policyName: string, variant: VariantId): AlarmSpec[] {
  const { endpointName } = variant;
  const prefix = policyName.startsWith(endpointName) ? policyName : `${endpointName}-${policyName}`;
  const found = policyAlarms(file, variant, `${prefix}-alarm`);
  // The file was checked when it was read.
  if ('problem' in found) return [];
  return found.alarms.map(({ request: { AlarmName: name, ...definition } }) => ({
    name,
    definition: definition as AlarmSpec['definition'],
  }));
}
