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
  const text = `${chain === '' ? '' : `${chain}; `}meanwhile ${failed}${late}${sharedText(missed, earlier)}`;
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

function sharedText({ shared }: ScaleOutDelay['missed'], earlier: readonly ScaleOutDelay[]): string {
  if (shared === undefined) return '';
  const names = earlier.map(({ from, to }) => `${from} → ${to}`).join(', ');
  const late = shared.late === null ? '' : ` and ${lateText(shared.late)} late`;
  return `, of which ${formatCount(shared.failed)} failed${late} within ${names} too`;
}

function limitText({ limitUs, isPromised }: { limitUs: number; isPromised: boolean }): string {
  return `${formatLatencyUs(limitUs)} (${isPromised ? 'p99 as expected' : 'thrice the calm p99'})`;
}

function span(ms: number): string {
  return formatDurationMs(Math.round(ms / 1_000) * 1_000).replace(/^0ms$/, '0s');
}
