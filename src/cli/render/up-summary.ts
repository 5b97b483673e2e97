import { predefinedMetrics } from '../../catalog/metrics.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { UpOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { wrap } from '../terminal/text.ts';
import { expiryText } from './expiry-text.ts';
import { nameFlag } from './next-step.ts';

/** What `up` leaves on the screen: what is up, where it is, what to type next. */
export function upLines(outcome: UpOutcome, style: Style, width: number): string[] {
  const changed = outcome.resources.filter(({ outcome: what }) => what !== 'unchanged').length;
  const headline =
    changed === 0
      ? `Nothing to change: ${outcome.endpointName} is up as asked.`
      : `${outcome.endpointName} is up after ${formatDurationMs(outcome.elapsedMs)}.`;
  const flag = nameFlag(outcome.experiment);
  const body = outcome.sampleRequest ? '' : ' --body @FILE';
  const facts: [string, string][] = [
    ['endpoint', `${outcome.endpointName}, variant ${outcome.variantName}, ${instances(outcome.instances)}`],
    ['autoscaling', autoscaling(outcome.autoscaling)],
    ...(outcome.apiUrl === null ? [] : [['REST API', outcome.apiUrl] as [string, string]]),
    ...(outcome.standInUrl === null
      ? []
      : [['stand-in', `AWS_ENDPOINT_URL=${outcome.standInUrl}`] as [string, string]]),
    ...(outcome.emulatedCapacity === null
      ? []
      : [['capacity', capacityText(outcome.emulatedCapacity)] as [string, string]]),
    ...(outcome.expiry === null ? [] : [['expires', expiryText(outcome.expiry)] as [string, string]]),
  ];
  return [
    style.bold(style.green(headline)),
    '',
    ...facts.flatMap(([name, value]) => factLines(name, value, style, width)),
    '',
    `Next: ${style.bold(`mlbench load${flag} --users 200 --ramp 10${body}`)}`,
    `      ${style.bold(`mlbench watch-scaling${flag}`)} in a second terminal`,
    `      ${style.bold(`mlbench down${flag}`)} removes everything`,
  ];
}

/** `  name         value`, the value wrapped under itself. */
export function factLines(name: string, value: string, style: Style, width: number): string[] {
  const indent = 15;
  return wrap(value, Math.max(30, width - indent)).map((line, index) =>
    index === 0 ? `  ${style.dim(name.padEnd(indent - 2))}${line}` : `${' '.repeat(indent)}${line}`,
  );
}

function instances(count: number): string {
  return `${count} instance${count === 1 ? '' : 's'}`;
}

export function autoscaling(settings: UpOutcome['autoscaling']): string {
  if (settings === null) return 'off: the number of instances is fixed';
  const { minCapacity, maxCapacity, policies } = settings;
  const range = `${minCapacity} to ${instances(maxCapacity)}`;
  const tracks = tracking(settings);
  const others = policies.filter(({ type }, index) => type === 'StepScaling' || (tracks && index > 0));
  const more = others.map(({ name, type }) => `${policyTypes[type] ?? type} ${name}`);
  return [range, ...(tracks === null ? [] : [tracks]), ...more].join(', ');
}

function tracking(settings: NonNullable<UpOutcome['autoscaling']>): string | null {
  const { metric, targetValue, scaleOutCooldownSeconds, scaleInCooldownSeconds } = settings;
  if (metric === null || targetValue === null) return null;
  const seconds = (value: number | null) => formatDurationMs((value ?? 0) * 1_000);
  const known = Object.entries(predefinedMetrics).find(([name]) => name === metric)?.[1];
  const held = `${known?.words ?? metric} held to ${formatCount(targetValue)}${known?.perWhat ?? ''}`;
  return `${held}, cooldowns ${seconds(scaleOutCooldownSeconds)} out, ${seconds(scaleInCooldownSeconds)} in`;
}

const policyTypes: Record<string, string> = {
  StepScaling: 'step scaling',
  TargetTrackingScaling: 'target tracking',
};

/** The line says by itself that it is about capacity. */
export function capacityText(emulatedCapacity: string): string {
  return emulatedCapacity.replace(/^emulated capacity: /, 'emulated: ');
}

/** `12345` → `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
