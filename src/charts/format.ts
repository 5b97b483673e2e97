import { formatLatencyUs } from '../core/units.ts';
import type { Unit } from '../record/judgement/unit.ts';

/** Cloud or wall milliseconds since the start, as a clock: `0:20`, `12:05`, `1:02:05`. */
export function formatClock(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  const sign = ms < 0 && seconds > 0 ? '−' : '';
  return hours > 0
    ? `${sign}${hours}:${String(minutes).padStart(2, '0')}:${rest}`
    : `${sign}${minutes}:${rest}`;
}

/** A length of time in words: `40 s`, `4 min`, `6 min 10 s`, `1 h 20 min`. */
export function formatSpan(ms: number): string {
  if (Math.abs(ms) < 9_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}

/** `12,345`; below 100 with one decimal if it has any. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return inDigits[digits].format(value);
}

/** Made once: making one costs a hundred times as much as writing a number. */
const inDigits = { 0: numbersWith(0), 1: numbersWith(1), 3: numbersWith(3) };

function numbersWith(maximumFractionDigits: number): Intl.NumberFormat {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits });
}

/** Of nothing: a dash, for zero would be a number nobody measured. */
export function formatUs(us: number | null): string {
  return us === null ? '–' : formatLatencyUs(us).replace(/(µs|ms|s)$/, ' $1');
}

/** `0 %`, `0.02 %`, `12.5 %`; what is not nothing never reads as nothing. */
export function formatShare(fraction: number): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  return `${Number(percent.toFixed(percent < 1 ? 2 : 1))} %`;
}

/** `5.8 ms`, `12.5 %`, `455/s`, `12,345`. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'us':
      return formatUs(value);
    case 'share':
      return formatShare(value);
    case 'rps':
      return `${formatNumber(value)}/s`;
    case 'count':
      return formatNumber(value);
  }
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

export function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
