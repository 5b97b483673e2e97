import { userError } from './errors.ts';

/** A decimal number as people write one: `10`, `+5`, `5.`, `.5`, `1e3`. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number that the text is; undefined: none. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim();
  if (!decimal.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * `250ms`, `20` (seconds), `20s`, `3m`, `1h20m`, `1.5s` → milliseconds.
 * @param name what the value is for, named in the error: `--duration`.
 */
export function parseDurationMs(text: string, name: string): number {
  const trimmed = text.trim();
  const bare = readNumber(trimmed);
  if (bare !== undefined && bare >= 0) return bare * unitMs.s;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== trimmed) {
    throw userError(
      'bad-duration',
      `${name}: "${text}" is not a duration`,
      `write it like 250ms, 20s, 3m or 1h20m`,
    );
  }
  return parts.reduce(
    (totalMs, part) => totalMs + Number(part[1]) * unitMs[part[2] as keyof typeof unitMs],
    0,
  );
}

/**
 * As a duration, but a bare number is refused: 200 is read as milliseconds by one and as seconds by the next.
 * @param name what the value is for, named in the error: `--slo`.
 */
export function parseLatencyMs(text: string, name: string): number {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed)) return parseDurationMs(text, name);
  throw userError(
    'bad-duration',
    `${name}: "${text}" has no unit: ${trimmed}ms or ${trimmed}s?`,
    `write ${trimmed}ms or ${trimmed}s`,
  );
}

/** `83_500` → `1m23s`; below a minute with one decimal where it matters: `4.2s`, `250ms`. */
export function formatDurationMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${trimZero((ms / 1_000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = seconds % 60;
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${rest ? `${rest}s` : ''}`;
}

/** Microseconds for people: `870µs`, `12.4ms`, `1.32s`. */
export function formatLatencyUs(us: number): string {
  if (us < 1_000) return `${Math.round(us)}µs`;
  if (us < 1_000_000) return `${significant(us / 1_000)}ms`;
  return `${significant(us / 1_000_000)}s`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${significant(bytes / 1_024)} KiB`;
  return `${significant(bytes / 1_048_576)} MiB`;
}

export function formatUsd(usd: number): string {
  return usd < 1 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : trimZero(value.toPrecision(3));
}

function trimZero(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
