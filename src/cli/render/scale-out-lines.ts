import { formatDurationMs, formatLatencyUs } from '../../core/units.ts';
import { scalingOf } from '../../record/fleet/scaling-summary.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { ScaleOutDelay } from '../../record/schemas/scaling-schema.ts';
import type { Style } from '../terminal/style.ts';
import { wrap } from '../terminal/text.ts';
import { formatCount } from './parts/value-text.ts';

const mostShown = 3;

/** Where each scale-out's time went, two lines or so each; nothing where the fleet did not grow. */
export function scaleOutLines(scaling: RunResult['scaling'], style: Style, width: number): string[] {
  const delays = scalingOf({ scaling })?.scaleOutDelays ?? [];
  if (delays.length === 0) return [];
  const more = delays.length - mostShown;
  return [
    '',
    ...delays.slice(0, mostShown).flatMap((delay) => delayLines(delay, style, width)),
    ...(more > 0 ? [`  and ${more} more scale-outs in result.json and the report`] : []),
  ];
}

function delayLines(delay: ScaleOutDelay, style: Style, width: number): string[] {
  const { from, to, parts, missed, slo } = delay;
  const totalMs = parts.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const chain = parts.map(({ name, fromMs, toMs }) => `${shortName(name)} ${span(toMs - fromMs)}`).join(', ');
  const failed = missed.failed > 0 ? `${formatCount(missed.failed)} failed` : 'none failed';
  const late = missed.late && slo ? `, ${lateText(missed.late)} later than ${limitText(slo)}` : '';
  const head = `scale-out ${from} → ${to}${totalMs > 0 ? ` took ${span(totalMs)} of cloud time` : ''}`;
  return [
    `  ${style.bold(head)}`,
    ...wrap(`${chain}; meanwhile ${failed}${late}`, width - 4).map((line) => `    ${line}`),
  ];
}

/** `Metric over target → alarm` → `alarm`: the line reads as a chain. */
function shortName(name: string): string {
  return name.replace(/^.*? → /, 'to ');
}

function lateText({ atLeast, atMost }: { atLeast: number; atMost: number }): string {
  if (atMost === 0) return 'none';
  return atLeast === atMost ? formatCount(atLeast) : `${formatCount(atLeast)} to ${formatCount(atMost)}`;
}

function limitText({ limitUs, isPromised }: { limitUs: number; isPromised: boolean }): string {
  return `${formatLatencyUs(limitUs)} (${isPromised ? 'p99 as expected' : 'thrice the calm p99'})`;
}

function span(ms: number): string {
  return formatDurationMs(Math.round(ms / 1_000) * 1_000).replace(/^0ms$/, '0s');
}
