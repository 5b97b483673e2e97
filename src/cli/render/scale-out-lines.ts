import { formatDurationMs, formatLatencyUs } from '../../core/units.ts';
import { sharedWith } from '../../record/fleet/missed.ts';
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
    ...delays
      .slice(0, mostShown)
      .flatMap((delay, index) => delayLines(delay, delays.slice(0, index), style, width)),
    ...(more > 0
      ? wrap(`and ${more} more scale-outs in result.json and the report`, width - 2).map(
          (line) => `  ${line}`,
        )
      : []),
  ];
}

function delayLines(
  delay: ScaleOutDelay,
  earlier: readonly ScaleOutDelay[],
  style: Style,
  width: number,
): string[] {
  const { from, to, parts, missed, slo } = delay;
  const chain = parts.map(({ name, fromMs, toMs }) => `${shortName(name)} ${span(toMs - fromMs)}`).join(', ');
  const failed = missed.failed > 0 ? `${formatCount(missed.failed)} failed` : 'none failed';
  const late = missed.late && slo ? `, ${lateText(missed.late)} later than ${limitText(slo)}` : '';
  const text = `${chain === '' ? '' : `${chain}; `}meanwhile ${failed}${late}${sharedText(delay, earlier)}`;
  return [
    ...wrap(`scale-out ${from} → ${to} ${outcomeText(delay)}`, width - 2).map(
      (line) => `  ${style.bold(line)}`,
    ),
    ...wrap(text, width - 4).map((line) => `    ${line}`),
  ];
}

/** A scale-out took a time only if its instances came. */
function outcomeText({ parts, moments }: ScaleOutDelay): string {
  const { inServiceMs } = moments;
  if (inServiceMs === null) return 'was asked for, and its instances were not seen in service';
  const tookMs = inServiceMs - (parts[0]?.fromMs ?? inServiceMs);
  return tookMs > 0 ? `took ${span(tookMs)} of cloud time until in service` : 'was in service at once';
}

/** `Metric over target → alarm` → `alarm`: the line reads as a chain. */
function shortName(name: string): string {
  return name.replace(/^.*? → /, 'to ');
}

function lateText({ atLeast, atMost }: { atLeast: number; atMost: number }): string {
  if (atMost === 0) return 'none';
  return atLeast === atMost ? formatCount(atLeast) : `${formatCount(atLeast)} to ${formatCount(atMost)}`;
}

/** What two scale-outs waited for is counted with both; a reader who adds them up must know. */
function sharedText(delay: ScaleOutDelay, earlier: readonly ScaleOutDelay[]): string {
  const { shared } = delay.missed;
  if (shared === undefined) return '';
  const { failed, late } = shared;
  const counted = [
    ...(failed === 0 ? [] : [`${formatCount(failed)} failure${failed === 1 ? '' : 's'}`]),
    ...(late === null || late.atMost === 0
      ? []
      : [`${lateText(late)} late answer${late.atMost === 1 ? '' : 's'}`]),
  ];
  if (counted.length === 0) return '';
  const names = sharedWith(delay, earlier).map(({ from, to }) => `${from} → ${to}`);
  const isOne = counted.length === 1 && failed + (late?.atMost ?? 0) === 1;
  return `; ${counted.join(' and ')} of these ${isOne ? 'is' : 'are'} counted with ${names.join(', ')}, too`;
}

function limitText({ limitUs, isPromised }: { limitUs: number; isPromised: boolean }): string {
  return `${formatLatencyUs(limitUs)} (${isPromised ? 'p99 as expected' : 'thrice the calm p99'})`;
}

function span(ms: number): string {
  return formatDurationMs(Math.round(ms / 1_000) * 1_000).replace(/^0ms$/, '0s');
}
