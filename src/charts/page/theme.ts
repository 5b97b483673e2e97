/** The page's colours, as the style sheet has them for the light or the dark scheme. */
export interface Theme {
  ink: string;
  muted: string;
  grid: string;
  users: string;
  rate: string;
  p50: string;
  p95: string;
  p99: string;
  max: string;
  error: string;
  metric: string;
  target: string;
  current: string;
  desired: string;
  high: string;
  low: string;
}

export type ColourName = keyof Theme;

const names: ColourName[] = [
  'ink',
  'muted',
  'grid',
  'users',
  'rate',
  'p50',
  'p95',
  'p99',
  'max',
  'error',
  'metric',
  'target',
  'current',
  'desired',
  'high',
  'low',
];

/** Always the scheme in use now: charts ask at each drawing. */
export const theme = {} as Theme;

export function readTheme(): void {
  const style = getComputedStyle(document.documentElement);
  for (const name of names) theme[name] = style.getPropertyValue(`--${name}`).trim();
}

/** `#rrggbb` with an opacity. */
export function faded(name: ColourName, opacity: number): string {
  const byte = Math.round(opacity * 255);
  return theme[name] + byte.toString(16).padStart(2, '0');
}
