/**
 * The alarms that a policy's file brings. Application Auto Scaling leaves those of some kinds to the caller; here a
 * file with a policy as `PutScalingPolicy` takes it may carry them in `MetricAlarms`, each as `PutMetricAlarm` takes
 * it, so that one file says all that scales.
 */
import { type AlarmRequest, type CheckedAlarm, checkAlarm } from '../check-alarm.ts';
import type { VariantId } from '../predefined-metric.ts';
import { invalid, type PolicyProblem } from '../problem.ts';
import { dimensionsOf } from '../variant-dimensions.ts';
import { kindOfRequest, type PolicyRequest, policyKinds } from './policy-kinds.ts';

interface NamedAlarm extends AlarmRequest {
  AlarmName?: string | undefined;
  AlarmDescription?: string | undefined;
}

/** A policy with a name, and what it acts on. */
export interface PolicyWithAlarms extends PolicyRequest {
  MetricAlarms?: readonly NamedAlarm[] | undefined;
}

export interface PolicyAlarm {
  /** Complete: with a name and dimensions. */
  request: NamedAlarm & { AlarmName: string };
  checked: CheckedAlarm;
}

/**
 * @param unnamed what an alarm without a name is called, followed by its number
 * @returns the alarms, or what is wrong with one
 */
export function policyAlarms(
  policy: PolicyWithAlarms,
  variant: VariantId,
  unnamed: string,
): { alarms: PolicyAlarm[] } | PolicyProblem {
  const given = policy.MetricAlarms ?? [];
  const alarmsOf = kindOfRequest(policy)?.alarms;
  if (given.length > 0 && alarmsOf?.by === 'policy')
    return invalid(
      `MetricAlarms are for ${kindsWithCallersAlarms}: ${alarmsOf.says}`,
      'leave out MetricAlarms',
    );
  const alarms: PolicyAlarm[] = [];
  for (const [index, alarm] of given.entries()) {
    const name = alarm.AlarmName ?? `${unnamed}-${index + 1}`;
    const request = {
      ...alarm,
      AlarmName: name,
      Dimensions: alarm.Dimensions ?? dimensionsOf(alarm.Namespace, variant),
    };
    const found = checkAlarm(request);
    if ('problem' in found) return { ...found, problem: `alarm ${name}: ${found.problem}` };
    if (alarms.some((other) => other.request.AlarmName === name))
      return invalid(`two alarms are called ${name}`, 'give each an AlarmName of its own');
    alarms.push({ request, checked: found.alarm });
  }
  return { alarms };
}

const kindsWithCallersAlarms = policyKinds
  .filter(({ alarms }) => alarms.by === 'caller')
  .map(({ words }) => words)
  .join(' and ');
