import type { AlarmDefinition, ComparisonOperator } from '../../../alarms/alarm.ts';
import type { VariantId } from '../../predefined-metric.ts';
import type { PolicyProblem } from '../../problem.ts';
import type { Demands, Situation } from './demand.ts';
import type { Members } from './document.ts';

/** What every policy has, whatever its kind. */
export interface PolicyIdentity {
  policyName: string;
  policyArn: string;
  resourceId: string;
  createdMs: number;
}

/**
 * A kind of scaling policy: all that AWS and mlbench know of it. The scaling engine, the stand-in, policy files, the
 * resources, `simulate` and what explains a change ask the kind, and name none.
 *
 *   Configuration   as `PutScalingPolicy` takes it
 *   Checked         what AWS would take, in the scaling engine's terms
 *   Policy          as the scaling engine keeps it: plain data
 */
export interface PolicyKind<
  Type extends string,
  Configuration extends object,
  Checked extends { type: Type; configuration: Configuration },
  Policy extends Checked & PolicyIdentity,
> {
  /** `PolicyType` of AWS. The configuration's member is named after it: `configurationMember`. */
  readonly type: Type;
  /** As people call it. */
  readonly words: string;
  /** Ends the name of a policy that its file leaves without one. */
  readonly nameSuffix: string;
  readonly alarms: OwnAlarms<Policy> | CallersAlarms;

  /** The configuration's members. */
  readonly document: Members;
  /** What AWS assumes where the configuration says nothing. */
  readonly assumed: Configuration;
  /** Names the variant where the configuration left it open. */
  forVariant?(configuration: Configuration, variant: VariantId): Configuration;
  /** With other settings, as `simulate --sweep` tries them; a kind without them cannot be swept. */
  changed?(configuration: Configuration, change: PolicyChange): Configuration;

  /** In AWS's words, where it would not take the configuration. */
  check(configuration: Configuration, variant: VariantId): { policy: Checked } | PolicyProblem;
  /** Whether AWS takes one beside others of the kind on the same scalable target. */
  checkBeside?(wanted: Checked, others: readonly Checked[]): PolicyProblem | null;

  /** @param before the same policy until now, if it was of this kind: what stays as it is edited is taken from it */
  make(checked: Checked, identity: PolicyIdentity, before: Policy | undefined, newId: () => string): Policy;
  /** What a target's policies of this kind ask for, all together. */
  demands(policies: readonly Policy[], situation: Situation): Demands;

  /** What is told of a policy by its configuration alone, as DescribeScalingPolicies gives it. */
  readonly told: ToldOfPolicy<Configuration>;
}

/** The policy makes its alarms, and answers to no other. */
interface OwnAlarms<Policy> {
  by: 'policy';
  /** Why a file of such a policy brings none: `a … policy makes its own alarms`. */
  says: string;
  names(policy: Policy): readonly string[];
  definitions(policy: Policy, place: { region: string; accountId: string }): readonly AlarmDefinition[];
}

/** The policy answers to every alarm that names it; without one it never acts. */
interface CallersAlarms {
  by: 'caller';
  /** What the policy does only then: `scales … when an alarm says so`. */
  says: string;
}

export interface PolicyChange {
  target?: number;
  /** Seconds. */
  scaleOutCooldown?: number;
  scaleInCooldown?: number;
}

interface ToldOfPolicy<Configuration> {
  cooldowns(configuration: Configuration): { scaleOutMs: number; scaleInMs: number };
  disablesScaleIn(configuration: Configuration): boolean;
  /** The metric that the policy holds at a value; absent: such policies hold none. */
  held?(configuration: Configuration): HeldMetric;
  /** By the rules of `demands`; null where too little is known, or the policy asks for nothing. */
  reckon(configuration: Configuration, breach: Breach, base: number): Reckoning | null;
  /** Whether a scale-in waits until all policies of the kind want it. */
  scalesInTogether: boolean;
}

interface HeldMetric {
  metric: string | null;
  targetValue: number | null;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/** What an alarm looked at. */
export interface Breach {
  /** Newest first, at least one. */
  values: readonly [number, ...number[]];
  /** Null: it is no plain comparison with a threshold, or that is not known. */
  alarm: { comparison: ComparisonOperator; threshold: number } | null;
}

/** How a policy came from a count to the one it wanted, as data and as a formula that gives it. */
export interface Reckoning {
  /** What it was counted from. */
  base: number;
  wanted: number;
  /** False: whatever the base was, the policy asks for this count. */
  counts: boolean;
  /** `ceil(1 × 6,280 / 3,000) = 3`, `average 140, 40 over: step 1 + 2 = 3`. */
  formula: string;
}
