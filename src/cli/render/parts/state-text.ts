import type { Style } from '../../terminal/style.ts';

/** `1`, or `1 → 3` while it changes. */
export function counts({ current, desired }: { current: number; desired: number }): string {
  return current === desired ? String(current) : `${current} → ${desired}`;
}

export function statusColour(status: string, style: Style): string {
  if (status === 'InService') return style.green(status);
  return /Failed|OutOfService|gone/.test(status) ? style.red(status) : style.yellow(status);
}

export function alarmColour(state: string, style: Style): string {
  if (state === 'ALARM') return style.red(state);
  return state === 'OK' ? style.green(state) : style.dim(state);
}
