import { predefinedMetrics } from '../../../catalog/metrics.ts';
import { formatDurationMs } from '../../../core/units.ts';
import type { UpOutcome } from '../../../experiment/contract/outcomes.ts';
import type { Expiry } from '../../../experiment/cost/expiry.ts';
import { kindOfType } from '../../../scaling/policies/kinds/policy-kinds.ts';
import { formatCount } from './value-text.ts';

/** `2026-11-22 20:51 UTC, in 1h59m: AWS deletes the endpoint then`. */
export function expiryText({ at, inMs }: Expiry): string {
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  const minutesMs = Math.round(Math.abs(inMs) / 60_000) * 60_000;
  const apart = minutesMs === 0 ? 'a moment' : formatDurationMs(minutesMs);
  return inMs > 0
    ? `${when}, in ${apart}: AWS deletes the endpoint then`
    : `${when}, ${apart} ago: AWS was to delete the endpoint then`;
}

export function instances(count: number): string {
  return `${count} instance${count === 1 ? '' : 's'}`;
}

/** `1 to 4 instances, invocations held to 60 a minute and instance, cooldowns 5m out, 5m in`. */
export function autoscaling(settings: UpOutcome['autoscaling']): string {
  if (settings === null) return 'off: the number of instances is fixed';
  const { minCapacity, maxCapacity, policies } = settings;
  const range = `${minCapacity} to ${instances(maxCapacity)}`;
  const tracks = tracking(settings);
  const told = tracks === null ? -1 : policies.findIndex(({ type }) => kindOfType(type)?.told.held);
  const others = policies.filter((_, index) => index !== told);
  const more = others.map(({ name, type }) => `${kindOfType(type)?.words ?? type} ${name}`);
  return [range, ...(tracks === null ? [] : [tracks]), ...more].join(', ');
}

/** The line says by itself that it is about capacity. */
export function capacityText(emulatedCapacity: string): string {
  return emulatedCapacity.replace(/^emulated capacity: /, 'emulated: ');
}

function tracking(settings: NonNullable<UpOutcome['autoscaling']>): string | null {
  const { metric, targetValue, scaleOutCooldownSeconds, scaleInCooldownSeconds } = settings;
  if (metric === null || targetValue === null) return null;
  const seconds = (value: number | null) => formatDurationMs((value ?? 0) * 1_000);
  const known = Object.entries(predefinedMetrics).find(([name]) => name === metric)?.[1];
  const held = `${known?.words ?? metric} held to ${formatCount(targetValue)}${known?.perWhat ?? ''}`;
  return `${held}, cooldowns ${seconds(scaleOutCooldownSeconds)} out, ${seconds(scaleInCooldownSeconds)} in`;
}
